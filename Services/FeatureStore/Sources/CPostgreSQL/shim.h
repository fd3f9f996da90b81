#ifndef QUINION_POSTGRESQL_H
#define QUINION_POSTGRESQL_H

#include <libpq-fe.h>

#endif
