/* A model in a process of its own, as the server sees it. */
#ifndef BACKEND_PROCESS_MODEL_H
#define BACKEND_PROCESS_MODEL_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

#include "affinity.h"
#include "backend_process.h"
#include "wire.h"

struct quinion_backend_state {
    const quinion_host *host;
    char *engine, *plugin;
};

/*
 * An instance outlives the processes that serve it: each gets a new socket and the same memory. Its thread executes; the
 * model's thread replaces the socket, and only while `is_busy` is false.
 */
struct quinion_instance {
    quinion_model *model;
    uint32_t index;
    int socket; /* -1 while there is none */
    bool is_busy;
    processor_set processors; /* of its thread here, and so of the one there */
    wire_region inputs, outputs;
    quinion_instance *next;
};

typedef enum {
    MODEL_STARTING, /* for the first time */
    MODEL_READY,
    MODEL_DOWN,     /* its process ended; another will be started */
    MODEL_FAILED,   /* for good */
    MODEL_ENDING
} model_phase;

/* What instance_create and instance_destroy ask of the model's thread. */
typedef struct {
    quinion_instance *instance; /* NULL: nothing is asked */
    bool opens, is_done;
    quinion_error *error;
} model_order;

struct quinion_model {
    const quinion_backend_state *backend;
    const quinion_scope *scope;
    wire_message start; /* what every process is told first */
    char *platform;
    quinion_tensor_info *inputs, *outputs;
    size_t input_count, output_count;

    pthread_t thread; /* starts processes, reads what they log, and waits for their ends */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* All below under the lock. */
    model_phase phase;
    char reason[1024]; /* why it is not ready */
    quinion_error_code reason_code;
    quinion_instance *instances;
    model_order order;
    int wake; /* an event: there is an order, or the end */
    struct timespec resumes; /* monotonic: when the next process is started */
};

void model_free_infos(quinion_tensor_info *infos, size_t count);

/* process.c: the process that serves a model now; used by the model's thread alone. */
typedef struct {
    pid_t id;
    int control;
} engine_process;

/* Starts one and has it load the model; on failure the reason is in the model. */
bool process_start(quinion_model *model, engine_process *process);
/* Gives an instance a socket to the process and waits until it is made there; NULL or the error. */
quinion_error *process_open_instance(quinion_model *model, engine_process *process, quinion_instance *instance);
void process_close_instance(quinion_model *model, engine_process *process, quinion_instance *instance);
/* Takes one message of the log; false when the process is gone. */
bool process_listen(quinion_model *model, engine_process *process);
/* Ends the process if it has not yet ended, and writes how it ended. */
void process_end(engine_process *process, char *how, size_t how_size);

/* supervisor.c */
void *model_supervise(void *model);

#endif
