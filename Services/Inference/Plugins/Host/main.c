/*
 * quinion-engine: runs one model of a backend plugin in a process of its own, so that a crash of the engine, or two engines
 * that do not bear each other, cost one model. The server starts it and holds the other end of file 3; when that closes, it
 * ends.
 */
#define _GNU_SOURCE

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "engine.h"
#include "plugin.h"

enum { MAX_INSTANCES = 64, MAX_PARAMETERS = 1 << 16 };

static const quinion_backend *table;
static quinion_backend_state *state;
static quinion_model *model;
static quinion_model_info info = {.struct_size = sizeof info};
static instance *instances[MAX_INSTANCES];
/* There is one model here, so the scope is only whether there is one. */
struct quinion_scope {
    char unused;
};
static const quinion_scope scope;

/* The model */

static quinion_error *failure(const char *text) {
    return engine_host.error_create(QUINION_INTERNAL, text);
}

static quinion_error *load(wire_message *message) {
    char reason[2048];
    if (wire_get_u32(message) != WIRE_VERSION) return failure("the server and quinion-engine are of different versions");
    const char *plugin = wire_get_text(message);
    quinion_model_spec spec = {.struct_size = sizeof spec, .scope = &scope};
    spec.name = wire_get_text(message);
    spec.version = wire_get_text(message);
    spec.path = wire_get_text(message);
    spec.instance_count = wire_get_u32(message);
    spec.cpu_count = wire_get_u32(message);
    spec.parameter_count = wire_get_u32(message);
    if (message->is_broken || spec.parameter_count > MAX_PARAMETERS) return failure("the server's message is broken");
    quinion_parameter *parameters = calloc(spec.parameter_count + 1, sizeof *parameters);
    if (parameters == NULL) return failure("out of memory");
    for (size_t i = 0; i < spec.parameter_count; i++) {
        parameters[i].key = wire_get_text(message);
        parameters[i].value = wire_get_text(message);
    }
    spec.parameters = parameters;
    quinion_error *error = NULL;
    table = plugin_open(plugin, &engine_host, reason, sizeof reason);
    if (table == NULL) error = engine_host.error_create(QUINION_UNSUPPORTED, reason);
    if (error == NULL && table->initialize != NULL) error = table->initialize(&state);
    if (error == NULL) error = table->model_create(state, &spec, &model);
    if (error == NULL && model == NULL) error = failure("model_create succeeded without a model");
    if (error == NULL) error = table->model_info(model, &info);
    free(parameters);
    return error;
}

static void put_tensors(wire_message *message, const quinion_tensor_info *infos, size_t count) {
    wire_put_u32(message, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        wire_put_text(message, infos[i].name);
        wire_put_u32(message, infos[i].datatype);
        wire_put_u32(message, infos[i].rank);
        wire_put(message, infos[i].shape, infos[i].rank * sizeof *infos[i].shape);
    }
}

static bool start(wire_message *message) {
    wire_message answer;
    quinion_error *error = model != NULL ? failure("the model is loaded already") : load(message);
    if (error != NULL) {
        put_failure(&answer, error);
        send_control(&answer);
        return false;
    }
    answer = wire_begin(WIRE_MODEL);
    wire_put_text(&answer, info.platform);
    wire_put_text(&answer, table->engine);
    put_tensors(&answer, info.inputs, info.input_count);
    put_tensors(&answer, info.outputs, info.output_count);
    return send_control(&answer);
}

/* Instances */

/* What the engine takes is what this process does: nothing else is here. */
static void report_memory(void) {
    unsigned long long all, resident;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL) return;
    if (fscanf(file, "%llu %llu", &all, &resident) == 2) {
        engine_host.gauge_set(&scope, "memory_bytes", (double)resident * (double)sysconf(_SC_PAGESIZE));
    }
    fclose(file);
}

static bool open_instance(wire_message *message, const int files[3]) {
    wire_message answer = wire_begin(WIRE_DONE);
    const uint32_t index = wire_get_u32(message);
    processor_set processors;
    wire_get(message, &processors, sizeof processors);
    if (model == NULL || message->is_broken || index >= MAX_INSTANCES || instances[index] != NULL) return false;
    quinion_error *error = instance_start(table, model, &info, index, &processors, files, &instances[index]);
    if (error != NULL) put_failure(&answer, error);
    report_memory();
    return send_control(&answer);
}

static bool close_instance(wire_message *message) {
    wire_message answer = wire_begin(WIRE_DONE);
    const uint32_t index = wire_get_u32(message);
    if (index >= MAX_INSTANCES || instances[index] == NULL) return false;
    instance_stop(instances[index]);
    instances[index] = NULL;
    return send_control(&answer);
}

int main(void) {
    /* Also in the middle of a long load, when nobody reads the control socket. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close_range(WIRE_CONTROL_FILE + 1, ~0u, 0);
    wire_message message;
    int files[3];
    bool goes_on = true;
    while (goes_on && wire_receive(WIRE_CONTROL_FILE, &message, files, 3)) {
        switch (message.kind) {
        case WIRE_START: goes_on = start(&message); break;
        case WIRE_OPEN: goes_on = open_instance(&message, files); break;
        case WIRE_CLOSE: goes_on = close_instance(&message); break;
        default: goes_on = false; break;
        }
        wire_free(&message);
    }
    /* The server waits for what it sent to be answered before it closes the socket; nothing is left to be saved. */
    _exit(goes_on ? 0 : 1);
}
