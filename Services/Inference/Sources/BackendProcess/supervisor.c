#define _GNU_SOURCE

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "model.h"

enum { FIRST_DELAY = 100, LONGEST_DELAY = 30000, SOUND_LIFE = 30000 }; /* ms */

static struct timespec now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time;
}

static long milliseconds_since(struct timespec start) {
    const struct timespec end = now();
    return (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000;
}

static void set_phase(quinion_model *model, model_phase phase) {
    pthread_mutex_lock(&model->lock);
    if (model->phase != MODEL_ENDING) model->phase = phase;
    pthread_cond_broadcast(&model->changed);
    pthread_mutex_unlock(&model->lock);
}

static bool is_ending(quinion_model *model) {
    pthread_mutex_lock(&model->lock);
    const bool ending = model->phase == MODEL_ENDING;
    pthread_mutex_unlock(&model->lock);
    return ending;
}

/* Instances of the ended process: their threads see its end at once, and let go of the sockets. */
static void release_sockets(quinion_model *model) {
    pthread_mutex_lock(&model->lock);
    for (quinion_instance *instance = model->instances; instance != NULL; instance = instance->next) {
        while (instance->is_busy) pthread_cond_wait(&model->changed, &model->lock);
        if (instance->socket >= 0) close(instance->socket);
        instance->socket = -1;
    }
    pthread_mutex_unlock(&model->lock);
}

/* Only this thread adds to the list and takes from it, so it may be walked without the lock. */
static bool reopen_instances(quinion_model *model, engine_process *process) {
    for (quinion_instance *instance = model->instances; instance != NULL; instance = instance->next) {
        quinion_error *error = process_open_instance(model, process, instance);
        if (error == NULL) continue;
        model->backend->host->error_release(error);
        return false;
    }
    return true;
}

/* Orders */

static void unlink_instance(quinion_model *model, quinion_instance *instance) {
    for (quinion_instance **place = &model->instances; *place != NULL; place = &(*place)->next) {
        if (*place == instance) {
            *place = instance->next;
            return;
        }
    }
}

static void carry_out(quinion_model *model, engine_process *process) {
    pthread_mutex_lock(&model->lock);
    quinion_instance *instance = model->order.is_done ? NULL : model->order.instance;
    const bool opens = model->order.opens;
    pthread_mutex_unlock(&model->lock);
    if (instance == NULL) return;
    quinion_error *error = NULL;
    if (opens) {
        error = process == NULL ? model->backend->host->error_create(QUINION_UNAVAILABLE, "the engine's process is not running")
                                : process_open_instance(model, process, instance);
    } else if (process != NULL) {
        process_close_instance(model, process, instance);
    }
    pthread_mutex_lock(&model->lock);
    if (opens && error == NULL) {
        instance->next = model->instances;
        model->instances = instance;
    } else if (!opens) {
        unlink_instance(model, instance);
    }
    model->order.error = error;
    model->order.is_done = true;
    pthread_cond_broadcast(&model->changed);
    pthread_mutex_unlock(&model->lock);
}

/* Until the process or the model ends. */
static void serve(quinion_model *model, engine_process *process) {
    while (!is_ending(model)) {
        struct pollfd sources[] = {{.fd = process->control, .events = POLLIN}, {.fd = model->wake, .events = POLLIN}};
        if (poll(sources, 2, -1) < 0) continue;
        uint64_t count;
        if (sources[1].revents != 0 && read(model->wake, &count, sizeof count) > 0) carry_out(model, process);
        if (sources[0].revents != 0 && !process_listen(model, process)) return;
    }
}

/* Between two processes; orders that come meanwhile are answered. */
static void wait_before_restart(quinion_model *model, long delay) {
    const struct timespec start = now();
    pthread_mutex_lock(&model->lock);
    model->resumes = start;
    model->resumes.tv_sec += delay / 1000;
    model->resumes.tv_nsec += delay % 1000 * 1000000;
    if (model->resumes.tv_nsec >= 1000000000) model->resumes.tv_sec += 1, model->resumes.tv_nsec -= 1000000000;
    pthread_mutex_unlock(&model->lock);
    for (long left = delay; left > 0 && !is_ending(model); left = delay - milliseconds_since(start)) {
        struct pollfd source = {.fd = model->wake, .events = POLLIN};
        uint64_t count;
        if (poll(&source, 1, (int)left) > 0 && read(model->wake, &count, sizeof count) > 0) carry_out(model, NULL);
    }
}

static void report_end(quinion_model *model, const char *how, long delay) {
    char text[512];
    snprintf(text, sizeof text, "the engine's process ended: %s; it starts again in %ld ms", how, delay);
    model->backend->host->log(model->scope, QUINION_LOG_ERROR, text);
    model->backend->host->counter_add(model->scope, "engine_ends", 1);
}

void *model_supervise(void *argument) {
    quinion_model *model = argument;
    char how[128];
    long delay = FIRST_DELAY;
    bool has_started = false;
    while (!is_ending(model)) {
        engine_process process;
        const struct timespec start = now();
        const bool is_ready = process_start(model, &process) && reopen_instances(model, &process);
        if (is_ready) {
            has_started = true;
            set_phase(model, MODEL_READY);
            serve(model, &process);
            pthread_mutex_lock(&model->lock);
            model->reason_code = QUINION_UNAVAILABLE;
            snprintf(model->reason, sizeof model->reason, "the engine's process ended and is being started again");
            pthread_mutex_unlock(&model->lock);
        }
        set_phase(model, has_started ? MODEL_DOWN : MODEL_FAILED);
        process_end(&process, how, sizeof how);
        release_sockets(model);
        if (!has_started) break;
        if (is_ending(model)) break;
        if (is_ready && milliseconds_since(start) >= SOUND_LIFE) delay = FIRST_DELAY;
        report_end(model, how, delay);
        wait_before_restart(model, delay);
        delay = delay * 2 < LONGEST_DELAY ? delay * 2 : LONGEST_DELAY;
    }
    return NULL;
}
