// The system calls the program may make.
#ifndef QUINION_FILTER_H
#define QUINION_FILTER_H

#include <stdbool.h>
#include <sys/types.h>

struct filter_policy {
    bool processes;      // it may start processes, and a tracer judges its signals to other processes
    bool local_sockets;  // it may listen on AF_UNIX stream sockets
};

/// Installs the filter on the calling process and all it becomes, for good. -1 and errno on failure.
int filter_install(struct filter_policy policy);

#endif
