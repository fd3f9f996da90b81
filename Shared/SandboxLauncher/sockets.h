// Sockets in the file system.
#ifndef QUINION_SOCKETS_H
#define QUINION_SOCKETS_H

#include <time.h>

/// Removes the sockets in `folder` that this user made since `start` and that nobody listens on. A sandboxed program may
/// make sockets there but remove nothing.
void sockets_remove_dead(const char *folder, time_t start);

#endif
