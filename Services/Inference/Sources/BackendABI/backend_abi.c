#include "quinion_backend.h"
