// The process that starts the program, holds the limits the kernel has no call for, and ends everything.
#ifndef QUINION_SUPERVISOR_H
#define QUINION_SUPERVISOR_H

#include "options.h"

/// Runs the program to its end. Returns its exit code, 128 + signal, or 125 when it could not be started.
int supervise(const struct options *options);

#endif
