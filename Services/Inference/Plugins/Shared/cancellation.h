/* Stops an engine in the middle of an execution: the host only says when asked, and the engine's call blocks. */
#ifndef QUINION_CANCELLATION_H
#define QUINION_CANCELLATION_H

#include <stdbool.h>

#include "quinion_backend.h"

/* An execution that may be stopped. Lies on the stack of the thread that executes. */
typedef struct cancellable {
    const quinion_host *host;
    const quinion_execution *execution;
    void (*stop)(void *engine); /* called at most once, from another thread, before cancellable_end returns */
    void *engine;
    bool stopped;
    struct cancellable *next, *previous;
} cancellable;

/* Watches until cancellable_end. The first call starts the one thread of the plugin that asks the host, every 5 ms. */
void cancellable_begin(cancellable *item);

/* Ends watching and says whether `stop` was called. */
bool cancellable_end(cancellable *item);

#endif
