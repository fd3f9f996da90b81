#define _GNU_SOURCE

#include "host.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "output.h"

enum { PAGE = 4096 };

/* Memory */

static size_t pages(size_t size) {
    return (size + PAGE - 1) / PAGE * PAGE;
}

void *guarded_allocate(size_t size) {
    const size_t inner = pages(size);
    char *start = mmap(NULL, inner + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED || mprotect(start + inner, PAGE, PROT_NONE) != 0) {
        perror("mmap");
        exit(2);
    }
    return start + inner - size;
}

static char *start_of(void *data, size_t size) {
    return (char *)data + size - pages(size);
}

void guarded_make_read_only(void *data, size_t size) {
    if (size > 0) mprotect(start_of(data, size), pages(size), PROT_READ);
}

void guarded_free(void *data, size_t size) {
    munmap(start_of(data, size), pages(size) + PAGE);
}

/* Errors */

static atomic_long alive;

long errors_alive(void) {
    return atomic_load(&alive);
}

static quinion_error *error_create(quinion_error_code code, const char *message) {
    quinion_error *error = malloc(sizeof *error);
    error->code = code;
    error->message = strdup(message == NULL ? "" : message);
    atomic_fetch_add(&alive, 1);
    return error;
}

static void error_release(quinion_error *error) {
    if (error == NULL) return;
    free(error->message);
    free(error);
    atomic_fetch_sub(&alive, 1);
}

quinion_error_code error_take(quinion_error *error, char *message, size_t message_size) {
    const quinion_error_code code = error->code;
    snprintf(message, message_size, "%s", error->message);
    error_release(error);
    return code;
}

/* Logs and metrics */

static void log_message(const quinion_scope *scope, quinion_log_level level, const char *message) {
    (void)scope;
    if (level >= QUINION_LOG_WARNING) fprintf(stderr, "# plugin: %s\n", message);
}

static void counter_add(const quinion_scope *scope, const char *name, uint64_t amount) {
    (void)scope, (void)name, (void)amount;
}

static void gauge_set(const quinion_scope *scope, const char *name, double value) {
    (void)scope, (void)name, (void)value;
}

/* Outputs */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static quinion_error *violate(quinion_execution *execution, const char *text) {
    if (execution->violation[0] == '\0') snprintf(execution->violation, sizeof execution->violation, "%s", text);
    return error_create(QUINION_INTERNAL, text);
}

static quinion_error *allocate(quinion_execution *execution, uint32_t index, quinion_datatype datatype, uint32_t rank,
                               const int64_t *shape, quinion_buffer *buffer) {
    char reason[400];
    if (index >= execution->info->output_count || !execution->outputs[index].is_requested) {
        snprintf(reason, sizeof reason, "it allocates output %u, which was not requested", index);
        return violate(execution, reason);
    }
    output *output = &execution->outputs[index];
    if (output->data != NULL) return violate(execution, "it allocates an output twice");
    if (!output_is_declared(&execution->info->outputs[index], datatype, rank, shape, buffer->byte_size, reason,
                            sizeof reason)) {
        return violate(execution, reason);
    }
    if (buffer->byte_size > execution->limit) return violate(execution, "its outputs exceed output_limit");
    execution->limit -= buffer->byte_size;
    output->byte_size = buffer->byte_size;
    output->rank = rank;
    if (rank > 0) memcpy(output->shape, shape, rank * sizeof *shape);
    output->data = guarded_allocate(buffer->byte_size);
    memset(output->data, execution->fill, buffer->byte_size);
    buffer->data = output->data;
    buffer->memory = (quinion_memory){QUINION_MEMORY_CPU, 0};
    return NULL;
}

static quinion_error *output_allocate(quinion_execution *execution, uint32_t index, quinion_datatype datatype, uint32_t rank,
                                      const int64_t *shape, quinion_buffer *buffer) {
    if (execution->refuses) return error_create(QUINION_UNAVAILABLE, "no memory for outputs");
    pthread_mutex_lock(&lock);
    quinion_error *error = allocate(execution, index, datatype, rank, shape, buffer);
    pthread_mutex_unlock(&lock);
    return error;
}

static void execution_phase(quinion_execution *execution, quinion_phase phase) {
    (void)execution, (void)phase;
}

static int execution_cancelled(const quinion_execution *execution) {
    return execution->is_cancelled;
}

const quinion_host watching_host = {
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
