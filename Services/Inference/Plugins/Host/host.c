#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "output.h"

/* Errors */

static quinion_error *error_create(quinion_error_code code, const char *message) {
    quinion_error *error = malloc(sizeof *error);
    if (error == NULL) abort();
    error->code = code;
    error->message = strdup(message == NULL ? "no message" : message);
    return error;
}

static void error_release(quinion_error *error) {
    if (error == NULL) return;
    free(error->message);
    free(error);
}

void put_failure(wire_message *message, quinion_error *error) {
    *message = wire_begin(WIRE_FAILURE);
    wire_put_u32(message, error->code);
    wire_put_text(message, error->message);
    error_release(error);
}

/* Logs and metrics: this process has one model, so the scope is only whether there is one. */

bool send_control(wire_message *message) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    const bool sent = wire_send(WIRE_CONTROL_FILE, message, NULL, 0);
    pthread_mutex_unlock(&lock);
    wire_free(message);
    return sent;
}

static void log_message(const quinion_scope *scope, quinion_log_level level, const char *text) {
    wire_message message = wire_begin(WIRE_LOG);
    wire_put_u32(&message, scope != NULL);
    wire_put_u32(&message, level);
    wire_put_text(&message, text);
    send_control(&message);
}

static void counter_add(const quinion_scope *scope, const char *name, uint64_t amount) {
    if (scope == NULL) return;
    wire_message message = wire_begin(WIRE_COUNTER);
    wire_put_text(&message, name);
    wire_put_u64(&message, amount);
    send_control(&message);
}

static void gauge_set(const quinion_scope *scope, const char *name, double value) {
    if (scope == NULL) return;
    wire_message message = wire_begin(WIRE_GAUGE);
    wire_put_text(&message, name);
    wire_put(&message, &value, sizeof value);
    send_control(&message);
}

/* Outputs */

static quinion_error *allocate(quinion_execution *execution, uint32_t index, quinion_datatype datatype, uint32_t rank,
                               const int64_t *shape, quinion_buffer *buffer) {
    char reason[512];
    if (index >= execution->info->output_count || !execution->outputs[index].is_requested) {
        snprintf(reason, sizeof reason, "the backend allocates output %u, which was not requested", index);
        return error_create(QUINION_INTERNAL, reason);
    }
    output *output = &execution->outputs[index];
    const quinion_tensor_info *declared = &execution->info->outputs[index];
    if (output->is_allocated) {
        snprintf(reason, sizeof reason, "output '%s' is allocated twice", declared->name);
        return error_create(QUINION_INTERNAL, reason);
    }
    if (rank > WIRE_RANK_LIMIT ||
        !output_is_declared(declared, datatype, rank, shape, buffer->byte_size, reason, sizeof reason)) {
        return error_create(QUINION_INTERNAL, reason);
    }
    if (buffer->byte_size > execution->left) {
        snprintf(reason, sizeof reason, "output '%s' needs %llu bytes, %llu are allowed", declared->name,
                 (unsigned long long)buffer->byte_size, (unsigned long long)execution->left);
        return error_create(QUINION_INTERNAL, reason);
    }
    const size_t end = wire_align(execution->end + buffer->byte_size);
    if (!wire_region_reserve(execution->region, end)) return error_create(QUINION_UNAVAILABLE, "no memory for the outputs");
    *output = (struct output_room){true, true, rank, {0}, execution->end, buffer->byte_size};
    if (rank > 0) memcpy(output->shape, shape, rank * sizeof *shape);
    buffer->data = execution->region->bytes + execution->end;
    buffer->memory = (quinion_memory){QUINION_MEMORY_CPU, 0};
    execution->left -= buffer->byte_size;
    execution->end = end;
    return NULL;
}

static quinion_error *output_allocate(quinion_execution *execution, uint32_t index, quinion_datatype datatype, uint32_t rank,
                                      const int64_t *shape, quinion_buffer *buffer) {
    /* A plugin may allocate from several threads of its own. */
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    quinion_error *error = allocate(execution, index, datatype, rank, shape, buffer);
    pthread_mutex_unlock(&lock);
    return error;
}

/* The server counts copying into and out of the shared memory as these phases. */
static void execution_phase(quinion_execution *execution, quinion_phase phase) {
    (void)execution, (void)phase;
}

static int execution_cancelled(const quinion_execution *execution) {
    return atomic_load_explicit(&execution->header->is_cancelled, memory_order_relaxed) != 0;
}

const quinion_host engine_host = {
    .struct_size = sizeof(quinion_host),
    .abi_major = QUINION_BACKEND_ABI_MAJOR,
    .abi_minor = QUINION_BACKEND_ABI_MINOR,
    .error_create = error_create,
    .error_release = error_release,
    .log = log_message,
    .counter_add = counter_add,
    .gauge_set = gauge_set,
    .output_allocate = output_allocate,
    .execution_phase = execution_phase,
    .execution_cancelled = execution_cancelled,
};
