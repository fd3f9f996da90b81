/* What quinion_backend.h asks of a plugin, one check each. */
#ifndef CONFORMANCE_CHECKS_H
#define CONFORMANCE_CHECKS_H

#include "subject.h"

typedef struct {
    const char *name;
    void (*run)(const arguments *arguments);
} check;

extern const check checks[];
extern const size_t check_count;

#endif
