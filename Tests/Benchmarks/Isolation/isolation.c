/*
 * What a process of its own costs a model: one execution in this process against the same one in an engine's process, in
 * turns, through the plugin's interface alone.
 *
 *   isolation ENGINE PLUGIN MODEL INPUT=D,D,...[:i64|:f32]... [ROUNDS]
 *
 * Prints the medians and their ratio.
 */
#define _GNU_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backend_process.h"
#include "plugin.h"

enum { MAX_INPUTS = 16, MAX_OUTPUTS = 16, WARM_UP = 5 };

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
    fprintf(stderr, "isolation: %s\n", error->message);
    exit(1);
}

typedef struct {
    const quinion_backend *table;
    quinion_model_info info;
    quinion_instance *instance;
    quinion_execution execution;
    double *times;
} side;

static void open_side(side *side, quinion_backend_state *state, const char *model) {
    quinion_model *handle = NULL;
    const quinion_model_spec spec = {.struct_size = sizeof spec, .name = "m", .version = "1", .path = model, .instance_count = 1, .cpu_count = 2};
    side->info.struct_size = sizeof side->info;
    check(side->table->model_create(state, &spec, &handle));
    check(side->table->model_info(handle, &side->info));
    check(side->table->instance_create(handle, 0, &side->instance));
}

static double run(side *side, const quinion_tensor *tensors) {
    struct timespec start, end;
    const uint32_t outputs[MAX_OUTPUTS] = {0};
    const quinion_request request = {sizeof request, &side->execution, side->info.input_count, tensors, 1, outputs, 1u << 30};
    clock_gettime(CLOCK_MONOTONIC, &start);
    check(side->table->execute(side->instance, &request));
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (double)(end.tv_sec - start.tv_sec) * 1e3 + (double)(end.tv_nsec - start.tv_nsec) / 1e6;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static quinion_tensor read_input(char *text) {
    quinion_tensor tensor = {.name = text, .datatype = QUINION_FP32};
    int64_t *shape = calloc(16, sizeof *shape);
    char *equals = strchr(text, '='), *colon = strchr(text, ':');
    if (equals == NULL) exit(2);
    if (colon != NULL && strcmp(colon, ":i64") == 0) tensor.datatype = QUINION_INT64;
    if (colon != NULL) *colon = '\0';
    *equals = '\0';
    tensor.byte_size = tensor.datatype == QUINION_INT64 ? 8 : 4;
    for (char *part = strtok(equals + 1, ","); part != NULL; part = strtok(NULL, ",")) {
        tensor.byte_size *= (uint64_t)(shape[tensor.rank++] = atoll(part));
    }
    tensor.shape = shape;
    tensor.data = calloc(1, tensor.byte_size);
    return tensor;
}

int main(int count, char **values) {
    if (count < 5) return 2;
    quinion_tensor given[MAX_INPUTS], tensors[MAX_INPUTS];
    size_t given_count = 0;
    int rounds = 200;
    for (int i = 4; i < count; i++) {
        if (strchr(values[i], '=') != NULL) given[given_count++] = read_input(values[i]);
        else rounds = atoi(values[i]);
    }
    char reason[512];
    quinion_backend_state *state = NULL;
    side here = {.table = plugin_open(values[2], &host, reason, sizeof reason)}, there = {.table = backend_process_table()};
    if (here.table == NULL) return fprintf(stderr, "isolation: %s\n", reason), 1;
    if (here.table->initialize != NULL) check(here.table->initialize(&state));
    open_side(&here, state, values[3]);
    open_side(&there, backend_process_open(&host, values[1], values[2]), values[3]);
    for (size_t i = 0; i < here.info.input_count; i++) {
        size_t match = 0;
        while (match < given_count && strcmp(given[match].name, here.info.inputs[i].name) != 0) match++;
        if (match == given_count) return fprintf(stderr, "isolation: no shape for input %s\n", here.info.inputs[i].name), 2;
        tensors[i] = given[match];
    }
    side *sides[] = {&here, &there};
    for (int s = 0; s < 2; s++) sides[s]->times = calloc((size_t)rounds, sizeof(double));
    for (int i = -WARM_UP; i < rounds; i++) {
        for (int s = 0; s < 2; s++) {
            const double time = run(sides[s], tensors);
            if (i >= 0) sides[s]->times[i] = time;
        }
    }
    for (int s = 0; s < 2; s++) qsort(sides[s]->times, (size_t)rounds, sizeof(double), ascending);
    const double one = here.times[rounds / 2], other = there.times[rounds / 2];
    if (memcmp(here.execution.outputs[0], there.execution.outputs[0], here.execution.sizes[0]) != 0) printf("outputs differ in their last bits\n");
    printf("in the server %.3f ms, in a process of its own %.3f ms: + %.3f ms, ratio %.3f\n", one, other, other - one, other / one);
    return 0;
}
