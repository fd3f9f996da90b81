/* A model loaded straight through the plugin's interface, for benchmarks: a host of a few lines, inputs and one execution. */
#ifndef BENCHMARK_PLUGIN_SIDE_H
#define BENCHMARK_PLUGIN_SIDE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plugin.h"
#include "quinion_backend.h"

enum { MAX_INPUTS = 16, MAX_OUTPUTS = 16 };

struct quinion_error {
    char message[512];
};

struct quinion_execution {
    void *outputs[MAX_OUTPUTS];
    uint64_t sizes[MAX_OUTPUTS];
};

static quinion_error *error_create(quinion_error_code code, const char *message) {
    (void)code;
    quinion_error *error = malloc(sizeof *error);
    snprintf(error->message, sizeof error->message, "%s", message);
    return error;
}

static void error_release(quinion_error *error) { free(error); }

static void log_message(const quinion_scope *scope, quinion_log_level level, const char *message) {
    (void)scope;
    if (level >= QUINION_LOG_WARNING) fprintf(stderr, "%s\n", message);
}

static void counter_add(const quinion_scope *scope, const char *name, uint64_t amount) { (void)scope, (void)name, (void)amount; }
static void gauge_set(const quinion_scope *scope, const char *name, double value) { (void)scope, (void)name, (void)value; }
static void execution_phase(quinion_execution *execution, quinion_phase phase) { (void)execution, (void)phase; }
static int execution_cancelled(const quinion_execution *execution) { (void)execution; return 0; }

static quinion_error *output_allocate(quinion_execution *execution, uint32_t index, quinion_datatype datatype, uint32_t rank,
                                      const int64_t *shape, quinion_buffer *buffer) {
    (void)datatype, (void)rank, (void)shape;
    if (execution->sizes[index] < buffer->byte_size) {
        free(execution->outputs[index]);
        execution->outputs[index] = aligned_alloc(64, (buffer->byte_size + 63) / 64 * 64);
        execution->sizes[index] = buffer->byte_size;
    }
    buffer->data = execution->outputs[index];
    return NULL;
}

static const quinion_host host = {
    sizeof host, QUINION_BACKEND_ABI_MAJOR, QUINION_BACKEND_ABI_MINOR, error_create, error_release, log_message,
    counter_add, gauge_set, output_allocate, execution_phase, execution_cancelled};

static void check(quinion_error *error) {
    if (error == NULL) return;
    fprintf(stderr, "%s\n", error->message);
    exit(1);
}

/* One instance of a model and the memory of its outputs. */
typedef struct {
    const quinion_backend *table;
    quinion_model_info info;
    quinion_instance *instance;
    quinion_execution execution;
} side;

static quinion_model *open_model(side *side, quinion_backend_state *state, const quinion_model_spec *spec) {
    quinion_model *model = NULL;
    side->info.struct_size = sizeof side->info;
    check(side->table->model_create(state, spec, &model));
    check(side->table->model_info(model, &side->info));
    return model;
}

static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Executes for the first output; the milliseconds that it took. */
static double run(side *side, const quinion_tensor *tensors) {
    const uint32_t outputs[MAX_OUTPUTS] = {0};
    const quinion_request request = {sizeof request, &side->execution, side->info.input_count, tensors, 1, outputs, 1u << 30};
    const double start = milliseconds();
    check(side->table->execute(side->instance, &request));
    return milliseconds() - start;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* NAME=D,D,...[:i64|:f32[:FILE]]: zeros, or the bytes of FILE. */
static quinion_tensor read_input(char *text) {
    quinion_tensor tensor = {.name = text, .datatype = QUINION_FP32};
    int64_t *shape = calloc(16, sizeof *shape);
    char *equals = strchr(text, '='), *type = strchr(text, ':'), *file = type == NULL ? NULL : strchr(type + 1, ':');
    if (equals == NULL || shape == NULL) exit(2);
    if (file != NULL) *file++ = '\0';
    if (type != NULL) *type++ = '\0';
    if (type != NULL && strcmp(type, "i64") == 0) tensor.datatype = QUINION_INT64;
    *equals = '\0';
    tensor.byte_size = tensor.datatype == QUINION_INT64 ? 8 : 4;
    for (char *part = strtok(equals + 1, ","); part != NULL && tensor.rank < 16; part = strtok(NULL, ",")) {
        tensor.byte_size *= (uint64_t)(shape[tensor.rank++] = atoll(part));
    }
    tensor.shape = shape;
    void *data = calloc(1, tensor.byte_size);
    FILE *stream = file == NULL ? NULL : fopen(file, "rb");
    if (file != NULL && (stream == NULL || fread(data, 1, tensor.byte_size, stream) != tensor.byte_size)) {
        fprintf(stderr, "%s does not hold %llu bytes\n", file, (unsigned long long)tensor.byte_size);
        exit(2);
    }
    if (stream != NULL) fclose(stream);
    tensor.data = data;
    return tensor;
}

/* The given inputs in the order in which the model wants them. */
static void match_inputs(const side *side, const quinion_tensor *given, size_t count, quinion_tensor *tensors) {
    for (size_t i = 0; i < side->info.input_count; i++) {
        size_t match = 0;
        while (match < count && strcmp(given[match].name, side->info.inputs[i].name) != 0) match++;
        if (match == count) {
            fprintf(stderr, "no shape for input %s\n", side->info.inputs[i].name);
            exit(2);
        }
        tensors[i] = given[match];
    }
}

#endif
