#define _POSIX_C_SOURCE 200809L

#include "cancellation.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

enum { PERIOD_NANOSECONDS = 5000000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t begun = PTHREAD_COND_INITIALIZER;
static cancellable *first;
static bool started;

static void *watch(void *unused) {
    (void)unused;
    const struct timespec period = {.tv_nsec = PERIOD_NANOSECONDS};
    pthread_mutex_lock(&lock);
    for (;;) {
        while (first == NULL) pthread_cond_wait(&begun, &lock);
        pthread_mutex_unlock(&lock);
        nanosleep(&period, NULL);
        pthread_mutex_lock(&lock);
        for (cancellable *item = first; item != NULL; item = item->next) {
            if (item->stopped || !item->host->execution_cancelled(item->execution)) continue;
            item->stopped = true;
            item->stop(item->engine);
        }
    }
    return NULL;
}

/* The server's signals are not for a thread that it does not know. */
static void start_watching(void) {
    sigset_t all, before;
    pthread_t thread;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    /* Without the thread executions run to their end: nothing else is lost. */
    if (pthread_create(&thread, NULL, watch, NULL) == 0) pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    started = true;
}

void cancellable_begin(cancellable *item) {
    item->stopped = false;
    item->previous = NULL;
    pthread_mutex_lock(&lock);
    if (!started) start_watching();
    item->next = first;
    if (first != NULL) first->previous = item;
    const bool was_empty = first == NULL;
    first = item;
    if (was_empty) pthread_cond_signal(&begun);
    pthread_mutex_unlock(&lock);
}

bool cancellable_end(cancellable *item) {
    pthread_mutex_lock(&lock);
    if (item->previous != NULL) item->previous->next = item->next;
    else first = item->next;
    if (item->next != NULL) item->next->previous = item->previous;
    const bool stopped = item->stopped;
    pthread_mutex_unlock(&lock);
    return stopped;
}
