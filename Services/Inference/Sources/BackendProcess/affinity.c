#define _GNU_SOURCE

#include "affinity.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

_Static_assert(sizeof(processor_set) == sizeof(cpu_set_t), "a processor_set is as large as a cpu_set_t");

/* On a little-endian machine both have the same bits. */
static bool get(pid_t thread, processor_set *set) {
    cpu_set_t found;
    if (sched_getaffinity(thread, sizeof found, &found) != 0) return false;
    memcpy(set, &found, sizeof *set);
    return true;
}

bool affinity_of_process(processor_set *set) {
    return get(getpid(), set);
}

bool affinity_of_thread(processor_set *set) {
    return get(0, set);
}

bool affinity_keep_thread(const processor_set *set) {
    cpu_set_t wanted;
    memcpy(&wanted, set, sizeof wanted);
    return sched_setaffinity(0, sizeof wanted, &wanted) == 0;
}
