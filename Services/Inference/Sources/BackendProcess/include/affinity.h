/* On which processors a thread may run: what Swift's Glibc leaves out, and both sides of an engine's process need. */
#ifndef BACKEND_PROCESS_AFFINITY_H
#define BACKEND_PROCESS_AFFINITY_H

#include <stdbool.h>

enum { AFFINITY_PROCESSORS = 1024 }; /* as in glibc's cpu_set_t */

typedef struct {
    unsigned char bits[AFFINITY_PROCESSORS / 8]; /* processor i is bit i % 8 of byte i / 8 */
} processor_set;

/* Those of the process: of its main thread, which control groups and taskset have bounded. */
bool affinity_of_process(processor_set *set);
/* Those of the calling thread. */
bool affinity_of_thread(processor_set *set);
/* Keeps the calling thread, and those that it will start, to these. */
bool affinity_keep_thread(const processor_set *set);

#endif
