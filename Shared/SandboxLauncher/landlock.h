// The file system as the program may see it.
#ifndef QUINION_LANDLOCK_H
#define QUINION_LANDLOCK_H

#include "options.h"

/// The newest Landlock interface of the running kernel, 0 when there is none (errno says why).
int landlock_abi(void);

/// Restricts the calling process and all it becomes: the system's programs and libraries and the named paths for reading,
/// the work folder for reading and writing, no TCP, no signals to processes outside.
/// Returns NULL, or what errno is about.
const char *landlock_restrict(const struct options *options, int abi);

#endif
