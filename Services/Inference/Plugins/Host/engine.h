/* One model in a process of its own, driven by the server over the control socket. */
#ifndef QUINION_ENGINE_H
#define QUINION_ENGINE_H

#include "affinity.h"
#include "quinion_backend.h"
#include "wire.h"

struct quinion_error {
    quinion_error_code code;
    char *message;
};

/* An output that the plugin has room for. */
typedef struct output_room {
    bool is_requested, is_allocated;
    uint32_t rank;
    int64_t shape[WIRE_RANK_LIMIT];
    uint64_t position, byte_size;
} output;

struct quinion_execution {
    const quinion_model_info *info;
    wire_region *region; /* of the instance's outputs */
    const wire_region_header *header;
    output *outputs; /* per output of the model */
    uint64_t left, end; /* bytes that outputs may still take; where the next begins */
};

/* host.c */
extern const quinion_host engine_host;
/* Takes the error. */
void put_failure(wire_message *message, quinion_error *error);
/* To the server; from any thread. Frees the message. */
bool send_control(wire_message *message);

/* instance.c */
typedef struct instance instance;
/* Makes a thread that creates an instance of the model and serves its socket. Takes the files: socket, inputs, outputs. */
quinion_error *instance_start(const quinion_backend *table, quinion_model *model, const quinion_model_info *info,
                              uint32_t index, const processor_set *processors, const int files[3], instance **result);
/* Waits for the end of its execution and destroys it. */
void instance_stop(instance *instance);

#endif
