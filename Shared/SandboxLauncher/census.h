// The processes below one process, as /proc shows them.
#ifndef QUINION_CENSUS_H
#define QUINION_CENSUS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct census {
    unsigned processes;
    unsigned tasks;
    uint64_t resident;  // bytes; pages that processes share count once for each
    uint64_t cpu_ms;    // of the living, with what their own waited-for children used
};

/// Counts all descendants of `root`, without `root`. A `signal` other than 0 is sent to each.
struct census census_take(pid_t root, int signal);

/// Whether `process` lives below `root`.
bool census_is_below(pid_t process, pid_t root);

/// Whether the kernel lists a thread's children (CONFIG_PROC_CHILDREN).
bool census_is_possible(void);

#endif
