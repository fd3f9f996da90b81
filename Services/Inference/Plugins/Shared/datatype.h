/* Facts about element types. */
#ifndef QUINION_DATATYPE_H
#define QUINION_DATATYPE_H

#include <stdint.h>

#include "quinion_backend.h"

/* Bytes per element; 0 for QUINION_BYTES and for what is no datatype. */
uint32_t datatype_width(quinion_datatype datatype);

#endif
