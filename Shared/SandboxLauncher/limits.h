// Limits the kernel holds for one process, and what a process inherits.
#ifndef QUINION_LIMITS_H
#define QUINION_LIMITS_H

#include "options.h"

/// Sets the resource limits of the calling process. Returns NULL, or the name of the limit that errno is about.
const char *limits_apply(const struct options *options);

/// Closes every descriptor above standard error at the next execve.
int limits_close_descriptors_on_exec(void);

/// Makes the kernel choose this process and its descendants before others when memory runs out.
void limits_offer_to_oom_killer(void);

/// Gives up every capability. With no_new_privs set before, execve does not give them back, not even to user 0.
int limits_drop_capabilities(void);

#endif
