#define _GNU_SOURCE

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "model.h"

enum { PATIENCE_MILLISECONDS = 10000, CANCELLATION_PERIOD = 5 };

static quinion_error *out_of_memory(const quinion_host *host) {
    return host->error_create(QUINION_UNAVAILABLE, "out of memory");
}

/* Backend */

quinion_backend_state *backend_process_open(const quinion_host *host, const char *engine, const char *plugin) {
    quinion_backend_state *state = calloc(1, sizeof *state);
    if (state == NULL) return NULL;
    *state = (quinion_backend_state){.host = host, .engine = strdup(engine), .plugin = strdup(plugin)};
    return state;
}

static void finalize(quinion_backend_state *state) {
    free(state->engine);
    free(state->plugin);
    free(state);
}

/* Model */

static wire_message describe(const quinion_backend_state *state, const quinion_model_spec *spec) {
    wire_message message = wire_begin(WIRE_START);
    wire_put_u32(&message, WIRE_VERSION);
    wire_put_text(&message, state->plugin);
    wire_put_text(&message, spec->name);
    wire_put_text(&message, spec->version);
    wire_put_text(&message, spec->path);
    wire_put_u32(&message, spec->instance_count);
    wire_put_u32(&message, spec->cpu_count);
    wire_put_u32(&message, (uint32_t)spec->parameter_count);
    for (size_t i = 0; i < spec->parameter_count; i++) {
        wire_put_text(&message, spec->parameters[i].key);
        wire_put_text(&message, spec->parameters[i].value);
    }
    return message;
}

static void free_model(quinion_model *model) {
    model_free_infos(model->inputs, model->input_count);
    model_free_infos(model->outputs, model->output_count);
    free(model->platform);
    wire_free(&model->start);
    if (model->wake >= 0) close(model->wake);
    pthread_mutex_destroy(&model->lock);
    pthread_cond_destroy(&model->changed);
    free(model);
}

static bool start_thread(quinion_model *model) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const bool started = pthread_create(&model->thread, NULL, model_supervise, model) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static void wake(quinion_model *model) {
    const uint64_t one = 1;
    if (write(model->wake, &one, sizeof one) < 0) abort(); /* an event counts to 2^64 */
}

static quinion_error *model_create(quinion_backend_state *state, const quinion_model_spec *spec, quinion_model **result) {
    quinion_model *model = calloc(1, sizeof *model);
    if (model == NULL) return out_of_memory(state->host);
    model->backend = state;
    model->scope = spec->scope;
    model->start = describe(state, spec);
    model->wake = eventfd(0, EFD_CLOEXEC);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&model->lock, NULL);
    pthread_cond_init(&model->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (model->start.is_broken || model->wake < 0 || !start_thread(model)) {
        free_model(model);
        return out_of_memory(state->host);
    }
    pthread_mutex_lock(&model->lock);
    while (model->phase == MODEL_STARTING) pthread_cond_wait(&model->changed, &model->lock);
    const bool has_failed = model->phase == MODEL_FAILED;
    pthread_mutex_unlock(&model->lock);
    if (!has_failed) {
        *result = model;
        return NULL;
    }
    pthread_join(model->thread, NULL);
    quinion_error *error = state->host->error_create(model->reason_code, model->reason);
    free_model(model);
    return error;
}

static void model_destroy(quinion_model *model) {
    pthread_mutex_lock(&model->lock);
    model->phase = MODEL_ENDING;
    pthread_cond_broadcast(&model->changed);
    pthread_mutex_unlock(&model->lock);
    wake(model);
    pthread_join(model->thread, NULL);
    free_model(model);
}

static quinion_error *model_info(quinion_model *model, quinion_model_info *info) {
    info->platform = model->platform;
    info->input_count = model->input_count;
    info->inputs = model->inputs;
    info->output_count = model->output_count;
    info->outputs = model->outputs;
    return NULL;
}

/* Instance */

/* Hands an order to the model's thread and waits for its answer. Orders come one at a time. */
static quinion_error *order(quinion_model *model, quinion_instance *instance, bool opens) {
    pthread_mutex_lock(&model->lock);
    while (model->order.instance != NULL) pthread_cond_wait(&model->changed, &model->lock);
    model->order = (model_order){.instance = instance, .opens = opens};
    wake(model);
    while (!model->order.is_done) pthread_cond_wait(&model->changed, &model->lock);
    quinion_error *error = model->order.error;
    model->order = (model_order){0};
    pthread_cond_broadcast(&model->changed);
    pthread_mutex_unlock(&model->lock);
    return error;
}

static void free_instance(quinion_instance *instance) {
    if (instance->socket >= 0) close(instance->socket);
    wire_region_free(&instance->inputs);
    wire_region_free(&instance->outputs);
    free(instance);
}

static quinion_error *instance_create(quinion_model *model, uint32_t index, quinion_instance **result) {
    quinion_instance *instance = calloc(1, sizeof *instance);
    if (instance == NULL) return out_of_memory(model->backend->host);
    *instance = (quinion_instance){.model = model, .index = index, .socket = -1, .inputs.file = -1, .outputs.file = -1};
    quinion_error *error = NULL;
    if (!affinity_of_thread(&instance->processors)) memset(&instance->processors, 0xFF, sizeof instance->processors);
    if (!wire_region_create(&instance->inputs, "quinion-inputs") || !wire_region_create(&instance->outputs, "quinion-outputs") ||
        !wire_region_reserve(&instance->inputs, WIRE_HEADER_BYTES)) {
        error = out_of_memory(model->backend->host);
    }
    if (error == NULL) error = order(model, instance, true);
    if (error != NULL) {
        free_instance(instance);
        return error;
    }
    *result = instance;
    return NULL;
}

static void instance_destroy(quinion_instance *instance) {
    order(instance->model, instance, false);
    free_instance(instance);
}

/* Execution */

/* Waits for a process if one is on its way, and marks the instance busy; its socket, or -1 and the reason in the model. */
static int acquire(quinion_instance *instance, const quinion_execution *execution) {
    quinion_model *model = instance->model;
    const quinion_host *host = model->backend->host;
    struct timespec end, slice;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += PATIENCE_MILLISECONDS / 1000;
    pthread_mutex_lock(&model->lock);
    while (model->phase == MODEL_DOWN && model->resumes.tv_sec < end.tv_sec && !host->execution_cancelled(execution)) {
        clock_gettime(CLOCK_MONOTONIC, &slice);
        if (slice.tv_sec >= end.tv_sec) break;
        slice.tv_nsec += 10000000;
        if (slice.tv_nsec >= 1000000000) slice.tv_sec += 1, slice.tv_nsec -= 1000000000;
        pthread_cond_timedwait(&model->changed, &model->lock, &slice);
    }
    const int socket = model->phase == MODEL_READY ? instance->socket : -1;
    instance->is_busy = socket >= 0;
    pthread_mutex_unlock(&model->lock);
    return socket;
}

static void release(quinion_instance *instance, bool is_alive) {
    quinion_model *model = instance->model;
    pthread_mutex_lock(&model->lock);
    instance->is_busy = false;
    /* The model's thread learns of the end too; until it does, nobody else shall use what is dead. */
    if (!is_alive && model->phase == MODEL_READY) {
        model->phase = MODEL_DOWN;
        clock_gettime(CLOCK_MONOTONIC, &model->resumes);
    }
    pthread_cond_broadcast(&model->changed);
    pthread_mutex_unlock(&model->lock);
}

static wire_region_header *header_of(const quinion_instance *instance) {
    return (wire_region_header *)instance->inputs.bytes;
}

/* Copies the inputs into the shared memory and describes them; `*used` is where they end. */
static bool put_request(quinion_instance *instance, const quinion_request *request, wire_message *message, uint64_t *used) {
    size_t end = WIRE_HEADER_BYTES;
    *message = wire_begin(WIRE_EXECUTE);
    wire_put_u64(message, request->output_limit);
    wire_put_u32(message, (uint32_t)request->output_count);
    wire_put(message, request->outputs, request->output_count * sizeof *request->outputs);
    for (size_t i = 0; i < request->input_count; i++) {
        if (request->inputs[i].byte_size > WIRE_REGION_LIMIT) return false;
        end = wire_align(end + request->inputs[i].byte_size);
    }
    if (!wire_region_reserve(&instance->inputs, end)) return false;
    *used = end;
    atomic_store(&header_of(instance)->is_cancelled, 0);
    end = WIRE_HEADER_BYTES;
    for (size_t i = 0; i < request->input_count; i++) {
        const quinion_tensor *input = &request->inputs[i];
        wire_put_u32(message, input->datatype);
        wire_put_u32(message, input->rank);
        wire_put_u64(message, end);
        wire_put_u64(message, input->byte_size);
        wire_put(message, input->shape, input->rank * sizeof *input->shape);
        memcpy(instance->inputs.bytes + end, input->data, input->byte_size);
        end = wire_align(end + input->byte_size);
    }
    return !message->is_broken;
}

/* Copies the outputs to where the host wants them, which checks what they claim; `*used` is where they end. */
static quinion_error *take_outputs(const quinion_instance *instance, const quinion_request *request, wire_message *answer,
                                   uint64_t *used) {
    const quinion_model *model = instance->model;
    const quinion_host *host = model->backend->host;
    for (size_t i = 0; i < request->output_count; i++) {
        const uint32_t is_allocated = wire_get_u32(answer), rank = wire_get_u32(answer);
        const uint64_t position = wire_get_u64(answer);
        quinion_buffer buffer = {.byte_size = wire_get_u64(answer)};
        int64_t shape[WIRE_RANK_LIMIT];
        if (rank > WIRE_RANK_LIMIT) return host->error_create(QUINION_INTERNAL, "the engine's process gave a broken answer");
        wire_get(answer, shape, rank * sizeof *shape);
        if (answer->is_broken || !wire_region_holds(&instance->outputs, position, buffer.byte_size)) {
            return host->error_create(QUINION_INTERNAL, "the engine's process gave a broken answer");
        }
        if (position + buffer.byte_size > *used) *used = position + buffer.byte_size;
        if (!is_allocated) continue; /* the host says so itself */
        quinion_error *error = host->output_allocate(request->execution, request->outputs[i],
                                                     model->outputs[request->outputs[i]].datatype, rank, shape, &buffer);
        if (error != NULL) return error;
        if (buffer.byte_size > 0) memcpy(buffer.data, instance->outputs.bytes + position, buffer.byte_size);
    }
    return NULL;
}

/* Waits for the answer and passes a cancellation on meanwhile. */
static bool await_answer(quinion_instance *instance, int socket, const quinion_execution *execution, wire_message *answer) {
    const quinion_host *host = instance->model->backend->host;
    struct pollfd source = {.fd = socket, .events = POLLIN};
    while (poll(&source, 1, CANCELLATION_PERIOD) <= 0) {
        if (host->execution_cancelled(execution)) atomic_store(&header_of(instance)->is_cancelled, 1);
    }
    return wire_receive(socket, answer, NULL, 0);
}

static quinion_error *execute(quinion_instance *instance, const quinion_request *request) {
    quinion_model *model = instance->model;
    const quinion_host *host = model->backend->host;
    wire_message message, answer = {0};
    uint64_t inputs_used = 0, outputs_used = 0;
    const int socket = acquire(instance, request->execution);
    if (socket < 0) {
        if (host->execution_cancelled(request->execution)) return host->error_create(QUINION_CANCELLED, "the request was cancelled");
        pthread_mutex_lock(&model->lock);
        quinion_error *error = host->error_create(QUINION_UNAVAILABLE, model->reason);
        pthread_mutex_unlock(&model->lock);
        return error;
    }
    const bool has_room = put_request(instance, request, &message, &inputs_used);
    if (has_room) host->execution_phase(request->execution, QUINION_PHASE_COMPUTE);
    const bool is_answered = has_room && wire_send(socket, &message, NULL, 0) &&
                             await_answer(instance, socket, request->execution, &answer);
    wire_free(&message);
    quinion_error *error = NULL;
    if (!has_room) {
        error = host->error_create(QUINION_UNAVAILABLE, "no room for the inputs in the memory shared with the engine's process");
    } else if (!is_answered) {
        error = host->error_create(QUINION_UNAVAILABLE, "the engine's process ended while it executed this request");
    } else if (answer.kind == WIRE_FAILURE) {
        const quinion_error_code code = (quinion_error_code)wire_get_u32(&answer);
        error = host->error_create(code, wire_get_text(&answer));
    } else if (answer.kind != WIRE_DONE) {
        error = host->error_create(QUINION_INTERNAL, "the engine's process gave a broken answer");
    } else {
        host->execution_phase(request->execution, QUINION_PHASE_OUTPUT);
        error = take_outputs(instance, request, &answer, &outputs_used);
    }
    wire_free(&answer);
    wire_region_discard(&instance->inputs, inputs_used);
    wire_region_discard(&instance->outputs, outputs_used);
    release(instance, is_answered || !has_room);
    return error;
}

const quinion_backend *backend_process_table(void) {
    static const quinion_backend table = {
        .struct_size = sizeof table,
        .abi_major = QUINION_BACKEND_ABI_MAJOR,
        .abi_minor = QUINION_BACKEND_ABI_MINOR,
        .name = "process",
        .finalize = finalize,
        .model_create = model_create,
        .model_destroy = model_destroy,
        .model_info = model_info,
        .instance_create = instance_create,
        .instance_destroy = instance_destroy,
        .execute = execute,
    };
    return &table;
}
