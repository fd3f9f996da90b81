#define _GNU_SOURCE

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine.h"

struct instance {
    const quinion_backend *table;
    quinion_model *model;
    const quinion_model_info *info;
    uint32_t index;
    processor_set processors;
    int socket;
    wire_region inputs, outputs;
    quinion_instance *handle;
    pthread_t thread;
    atomic_bool is_stopping;
    /* What instance_create returned, once the thread has called it. */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_created;
    quinion_error *error;
};

/* Reads the inputs' descriptions; their bytes lie in the region. */
static bool read_inputs(const instance *instance, wire_message *message, quinion_tensor *tensors, int64_t (*shapes)[WIRE_RANK_LIMIT]) {
    for (size_t i = 0; i < instance->info->input_count; i++) {
        const uint32_t datatype = wire_get_u32(message), rank = wire_get_u32(message);
        const uint64_t position = wire_get_u64(message), byte_size = wire_get_u64(message);
        if (rank > WIRE_RANK_LIMIT || !wire_region_holds(&instance->inputs, position, byte_size)) return false;
        wire_get(message, shapes[i], rank * sizeof **shapes);
        tensors[i] = (quinion_tensor){
            .name = instance->info->inputs[i].name,
            .datatype = (quinion_datatype)datatype,
            .rank = rank,
            .shape = shapes[i],
            .data = instance->inputs.bytes + position,
            .byte_size = byte_size,
            .memory = {QUINION_MEMORY_CPU, 0},
        };
    }
    return !message->is_broken;
}

static void put_outputs(wire_message *answer, const quinion_execution *execution) {
    *answer = wire_begin(WIRE_DONE);
    for (size_t i = 0; i < execution->info->output_count; i++) {
        const output *output = &execution->outputs[i];
        if (!output->is_requested) continue;
        wire_put_u32(answer, output->is_allocated);
        wire_put_u32(answer, output->rank);
        wire_put_u64(answer, output->position);
        wire_put_u64(answer, output->byte_size);
        wire_put(answer, output->shape, output->rank * sizeof *output->shape);
    }
}

/* Runs one execution; false when the message is none. */
static bool execute(instance *instance, wire_message *message, wire_message *answer) {
    const quinion_model_info *info = instance->info;
    quinion_tensor *tensors = calloc(info->input_count + 1, sizeof *tensors);
    int64_t(*shapes)[WIRE_RANK_LIMIT] = calloc(info->input_count + 1, sizeof *shapes);
    output *outputs = calloc(info->output_count + 1, sizeof *outputs);
    uint32_t *indexes = calloc(info->output_count + 1, sizeof *indexes);
    quinion_execution execution = {
        .info = info, .region = &instance->outputs, .header = (const wire_region_header *)instance->inputs.bytes, .outputs = outputs};
    quinion_request request = {.struct_size = sizeof request, .execution = &execution, .input_count = info->input_count, .inputs = tensors, .outputs = indexes};
    bool is_sound = tensors != NULL && shapes != NULL && outputs != NULL && indexes != NULL;
    request.output_limit = execution.left = wire_get_u64(message);
    request.output_count = wire_get_u32(message);
    is_sound = is_sound && request.output_count <= info->output_count;
    for (size_t i = 0; is_sound && i < request.output_count; i++) {
        indexes[i] = wire_get_u32(message);
        is_sound = indexes[i] < info->output_count;
        if (is_sound) outputs[indexes[i]].is_requested = true;
    }
    is_sound = is_sound && read_inputs(instance, message, tensors, shapes);
    if (is_sound) {
        quinion_error *error = instance->table->execute(instance->handle, &request);
        if (error != NULL) put_failure(answer, error);
        else put_outputs(answer, &execution);
    }
    free(tensors);
    free(shapes);
    free(outputs);
    free(indexes);
    return is_sound;
}

static void report_creation(instance *instance, quinion_error *error) {
    pthread_mutex_lock(&instance->lock);
    instance->is_created = true;
    instance->error = error;
    pthread_cond_signal(&instance->changed);
    pthread_mutex_unlock(&instance->lock);
}

/* Receives a request and answers it; false at the end of the instance, or when what came is none. */
static bool serve_one(instance *instance) {
    wire_message message, answer;
    if (!wire_receive(instance->socket, &message, NULL, 0)) return false;
    bool is_served = message.kind == WIRE_EXECUTE && execute(instance, &message, &answer);
    wire_free(&message);
    if (!is_served) return false;
    is_served = wire_send(instance->socket, &answer, NULL, 0);
    wire_free(&answer);
    return is_served;
}

/* Whether the other side has closed the socket and nothing of it is left to be read. */
static bool is_closed(int socket) {
    char byte;
    const ssize_t count = recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count == 0 || (count < 0 && errno == ECONNRESET);
}

/* The interface promises a plugin that an instance lives on one thread. */
static void *serve(void *argument) {
    instance *instance = argument;
    /* Of those that this process may use none may be left; then it is as good as not to be kept to any. */
    affinity_keep_thread(&instance->processors);
    quinion_error *error = instance->table->instance_create(instance->model, instance->index, &instance->handle);
    if (error == NULL && instance->handle == NULL) {
        error = engine_host.error_create(QUINION_INTERNAL, "instance_create succeeded without an instance");
    }
    report_creation(instance, error);
    if (error != NULL) return NULL;
    while (serve_one(instance)) {}
    if (!atomic_load(&instance->is_stopping)) {
        /* A server that ended says nothing more, and nobody is to be told. */
        if (is_closed(instance->socket)) _exit(0);
        /* The server may wait for an answer that cannot come any more: it sees the process end, and starts another. */
        fprintf(stderr, "quinion-engine: instance %u received what is no request\n", instance->index);
        _exit(1);
    }
    instance->table->instance_destroy(instance->handle);
    return NULL;
}

static void instance_free(instance *instance) {
    close(instance->socket);
    wire_region_free(&instance->inputs);
    wire_region_free(&instance->outputs);
    pthread_mutex_destroy(&instance->lock);
    pthread_cond_destroy(&instance->changed);
    free(instance);
}

quinion_error *instance_start(const quinion_backend *table, quinion_model *model, const quinion_model_info *info,
                              uint32_t index, const processor_set *processors, const int files[3], instance **result) {
    instance *made = calloc(1, sizeof *made);
    if (made == NULL) abort();
    made->table = table, made->model = model, made->info = info, made->index = index, made->socket = files[0];
    made->processors = *processors;
    pthread_mutex_init(&made->lock, NULL);
    pthread_cond_init(&made->changed, NULL);
    const bool has_inputs = wire_region_attach(&made->inputs, files[1]);
    const bool has_outputs = wire_region_attach(&made->outputs, files[2]);
    if (!has_inputs || !has_outputs || !wire_region_holds(&made->inputs, 0, WIRE_HEADER_BYTES) ||
        pthread_create(&made->thread, NULL, serve, made) != 0) {
        instance_free(made);
        return engine_host.error_create(QUINION_UNAVAILABLE, "no memory or thread for an instance");
    }
    pthread_mutex_lock(&made->lock);
    while (!made->is_created) pthread_cond_wait(&made->changed, &made->lock);
    quinion_error *error = made->error;
    pthread_mutex_unlock(&made->lock);
    if (error != NULL) {
        pthread_join(made->thread, NULL);
        instance_free(made);
        return error;
    }
    *result = made;
    return NULL;
}

void instance_stop(instance *instance) {
    atomic_store(&instance->is_stopping, true);
    shutdown(instance->socket, SHUT_RD);
    pthread_join(instance->thread, NULL);
    instance_free(instance);
}
