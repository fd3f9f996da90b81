/*
 * A backend without an engine, for the tests: input `x` [-1] is answered as output `y`, byte for byte; output `z` is `y`
 * again. Parameters of the model:
 *
 *   datatype   element type of both, default FP32
 *   sleep_ms   how long execute takes; it ends early with CANCELLED when the host says so
 *   until      execute takes until this file is there; it ends early as with sleep_ms
 *   log        a file that gets one line per execution, which says whether it was on the instance's thread
 *   mode       echo, or what execute does wrong: see `execute`
 *   pid_file   a file that model_create writes its process' number to
 *   file       checked: the model's file must hold the line "echo"
 *   memory     what the model says that it takes, in bytes
 *
 * Built with -DDEFECT=... it is a plugin that the host must refuse, or one that says it runs on any thread and does, or does not.
 */
#define _GNU_SOURCE

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quinion_backend.h"

#define NONE 0
#define WRONG_MAJOR 1
#define NEWER_MINOR 2
#define NO_EXECUTE 3
#define NULL_TABLE 4
#define INITIALIZE_FAILS 5
#define NO_ENTRY 6
#define SHORT_TABLE 7
#define INITIALIZE_CRASHES 8
#define ANY_THREAD 9
#define CLAIMS_ANY_THREAD 10

#ifndef DEFECT
#define DEFECT NONE
#endif

static const quinion_host *host;

struct quinion_model {
    quinion_datatype datatype;
    int sleep_ms;
    char until[512];
    char log[512];
    char mode[64];
    int64_t shape[1];
    quinion_tensor_info input;
    quinion_tensor_info outputs[2];
};

struct quinion_instance {
    struct quinion_model *model;
    pthread_t thread;
};

static const char *names[] = {"",      "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16",
                              "INT32", "INT64", "FP16", "BF16",   "FP32",   "FP64",   "BYTES"};

static void crash(void) { *(volatile int *)8 = 1; }

static quinion_error *initialize(quinion_backend_state **state) {
    *state = NULL;
    if (DEFECT == INITIALIZE_CRASHES) crash();
    if (DEFECT == INITIALIZE_FAILS) return host->error_create(QUINION_UNAVAILABLE, "no engine today");
    return NULL;
}

static int holds_echo(const char *path) {
    char line[8] = "";
    FILE *file = fopen(path, "r");
    if (file == NULL) return 0;
    if (fgets(line, sizeof line, file) == NULL) line[0] = '\0';
    fclose(file);
    return strcmp(line, "echo\n") == 0;
}

static quinion_error *model_create(quinion_backend_state *state, const quinion_model_spec *spec, quinion_model **result) {
    (void)state;
    struct quinion_model *model = calloc(1, sizeof *model);
    int file_is_checked = 0;
    model->datatype = QUINION_FP32;
    model->shape[0] = -1;
    strcpy(model->mode, "echo");
    for (size_t i = 0; i < spec->parameter_count; i++) {
        const char *key = spec->parameters[i].key, *value = spec->parameters[i].value;
        if (strcmp(key, "datatype") == 0) {
            for (int k = 1; k <= QUINION_BYTES; k++) {
                if (strcmp(names[k], value) == 0) model->datatype = (quinion_datatype)k;
            }
        } else if (strcmp(key, "sleep_ms") == 0) {
            model->sleep_ms = atoi(value);
        } else if (strcmp(key, "until") == 0) {
            snprintf(model->until, sizeof model->until, "%s", value);
        } else if (strcmp(key, "log") == 0) {
            snprintf(model->log, sizeof model->log, "%s", value);
        } else if (strcmp(key, "mode") == 0) {
            snprintf(model->mode, sizeof model->mode, "%s", value);
        } else if (strcmp(key, "pid_file") == 0) {
            FILE *file = fopen(value, "w");
            fprintf(file, "%d", (int)getpid());
            fclose(file);
        } else if (strcmp(key, "memory") == 0) {
            host->gauge_set(spec->scope, "memory_bytes", atof(value));
        } else if (strcmp(key, "file") == 0) {
            file_is_checked = 1;
        } else {
            char message[128];
            snprintf(message, sizeof message, "unknown parameter '%.64s'", key);
            free(model);
            return host->error_create(QUINION_INVALID_ARGUMENT, message);
        }
    }
    if (file_is_checked && !holds_echo(spec->path)) {
        free(model);
        return host->error_create(QUINION_INVALID_ARGUMENT, "the file does not hold the line \"echo\"");
    }
    model->input = (quinion_tensor_info){"x", model->datatype, 1, model->shape};
    model->outputs[0] = (quinion_tensor_info){"y", model->datatype, 1, model->shape};
    model->outputs[1] = (quinion_tensor_info){"z", model->datatype, 1, model->shape};
    *result = model;
    return NULL;
}

static void model_destroy(quinion_model *model) { free(model); }

static quinion_error *model_info(quinion_model *model, quinion_model_info *info) {
    if (strcmp(model->mode, "info_fails") == 0) return host->error_create(QUINION_INTERNAL, "cannot describe");
    info->platform = "test_echo";
    info->input_count = 1;
    info->inputs = &model->input;
    info->output_count = 2;
    info->outputs = model->outputs;
    return NULL;
}

static quinion_error *instance_create(quinion_model *model, uint32_t index, quinion_instance **result) {
    if (strcmp(model->mode, "second_instance_fails") == 0 && index == 1) {
        return host->error_create(QUINION_UNAVAILABLE, "only one");
    }
    struct quinion_instance *instance = calloc(1, sizeof *instance);
    instance->model = model;
    instance->thread = pthread_self();
    *result = instance;
    return NULL;
}

static void instance_destroy(quinion_instance *instance) {
    if (!pthread_equal(instance->thread, pthread_self())) abort();
    free(instance);
}

static quinion_error *allocate(const quinion_request *request, uint32_t output, quinion_datatype datatype, int64_t count,
                               uint64_t bytes, void **data) {
    quinion_buffer buffer = {.byte_size = bytes};
    quinion_error *error = host->output_allocate(request->execution, output, datatype, 1, &count, &buffer);
    *data = buffer.data;
    return error;
}

static void *sleep_for_ever(void *unused) {
    for (;;) pause();
    return unused;
}

static void leak_thread(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, sleep_for_ever, NULL);
}

static quinion_error *execute(quinion_instance *instance, const quinion_request *request) {
    struct quinion_model *model = instance->model;
    const quinion_tensor *x = &request->inputs[0];
    void *data = NULL;
    quinion_error *error = NULL;
    const int is_elsewhere = !pthread_equal(instance->thread, pthread_self());
    if (is_elsewhere && DEFECT != ANY_THREAD) {
        return host->error_create(QUINION_INTERNAL, "executed on another thread than the instance was created on");
    }
    if (model->log[0] != '\0') {
        FILE *file = fopen(model->log, "a");
        fputs(is_elsewhere ? "executed elsewhere\n" : "executed\n", file);
        fclose(file);
    }
    static volatile char sink;
    if (strcmp(model->mode, "crashes") == 0) crash();
    if (strcmp(model->mode, "exits") == 0) _exit(0);
    if (strcmp(model->mode, "writes_input") == 0) *(volatile char *)x->data = 1;
    if (strcmp(model->mode, "reads_past_input") == 0) sink = ((const volatile char *)x->data)[x->byte_size];
    (void)sink;
    if (strcmp(model->mode, "changes_folder") == 0 && chdir("/") != 0) abort();
    if (strcmp(model->mode, "leaks_file") == 0) (void)dup(0);
    if (strcmp(model->mode, "leaks_thread") == 0) leak_thread();
    int is_held = model->until[0] != '\0';
    for (int waited = 0; is_held || waited < model->sleep_ms; waited++) {
        is_held = is_held && access(model->until, F_OK) != 0;
        if (host->execution_cancelled(request->execution)) return host->error_create(QUINION_CANCELLED, "cancelled");
        usleep(1000);
    }
    if (strcmp(model->mode, "fails") == 0) return host->error_create(QUINION_INTERNAL, "the engine burnt down");
    if (strcmp(model->mode, "refuses") == 0) return host->error_create(QUINION_INVALID_ARGUMENT, "x is not to my taste");
    if (strcmp(model->mode, "refuses_negative") == 0) {
        for (int64_t i = 0; i < x->shape[0]; i++) {
            if (((const float *)x->data)[i] < 0) return host->error_create(QUINION_INVALID_ARGUMENT, "x is negative");
        }
    }
    if (strcmp(model->mode, "crashes_on_negative") == 0) {
        for (int64_t i = 0; i < x->shape[0]; i++) {
            if (((const float *)x->data)[i] < 0) crash();
        }
    }
    if (strcmp(model->mode, "tells_phases") == 0) {
        usleep(20000);
        host->execution_phase(request->execution, QUINION_PHASE_COMPUTE);
        usleep(80000);
        host->execution_phase(request->execution, QUINION_PHASE_OUTPUT);
        usleep(40000);
    }
    if (strcmp(model->mode, "sleeps_for_value") == 0) usleep((useconds_t)(1000 * *(const float *)x->data));
    if (strcmp(model->mode, "no_output") == 0) return NULL;
    if (strcmp(model->mode, "wrong_datatype") == 0) return allocate(request, 0, QUINION_INT8, 1, 1, &data);
    if (strcmp(model->mode, "wrong_bytes") == 0) return allocate(request, 0, model->datatype, 3, 5, &data);
    if (strcmp(model->mode, "negative_shape") == 0) return allocate(request, 0, model->datatype, -4, 16, &data);
    if (strcmp(model->mode, "huge_output") == 0) {
        return allocate(request, 0, model->datatype, (int64_t)1 << 40, (uint64_t)4 << 40, &data);
    }
    if (strcmp(model->mode, "wrong_rank") == 0) {
        const int64_t shape[2] = {1, 1};
        quinion_buffer buffer = {.byte_size = 4};
        return host->output_allocate(request->execution, 0, model->datatype, 2, shape, &buffer);
    }
    if (strcmp(model->mode, "unknown_output") == 0) return allocate(request, 7, model->datatype, 1, 4, &data);
    if (strcmp(model->mode, "twice") == 0) {
        error = allocate(request, 0, model->datatype, 1, 4, &data);
        return error != NULL ? error : allocate(request, 0, model->datatype, 1, 4, &data);
    }
    if (strcmp(model->mode, "swallows_error") == 0) {
        error = allocate(request, 7, model->datatype, 1, 4, &data);
        host->error_release(error);
    }
    for (size_t i = 0; i < request->output_count; i++) {
        error = allocate(request, request->outputs[i], model->datatype, x->shape[0], x->byte_size, &data);
        if (error != NULL && strcmp(model->mode, "loses_errors") == 0) {
            return host->error_create(QUINION_INTERNAL, "another error");
        }
        if (error != NULL && strcmp(model->mode, "ignores_refusal") != 0) return error;
        memcpy(data, x->data, x->byte_size - (strcmp(model->mode, "leaves_output") == 0));
        if (strcmp(model->mode, "writes_past_output") == 0) ((char *)data)[x->byte_size] = 1;
    }
    return NULL;
}

#if DEFECT != NO_ENTRY
QUINION_BACKEND_EXPORT const quinion_backend *quinion_backend_entry(const quinion_host *given) {
    static const quinion_backend backend = {
        .struct_size = DEFECT == SHORT_TABLE ? 16 : sizeof(quinion_backend),
        .abi_major = QUINION_BACKEND_ABI_MAJOR + (DEFECT == WRONG_MAJOR ? 1 : 0),
        .abi_minor = QUINION_BACKEND_ABI_MINOR + (DEFECT == NEWER_MINOR ? 1 : 0),
        .name = "test",
        .initialize = initialize,
        .model_create = model_create,
        .model_destroy = model_destroy,
        .model_info = model_info,
        .instance_create = instance_create,
        .instance_destroy = instance_destroy,
        .execute = DEFECT == NO_EXECUTE ? NULL : execute,
        .any_thread = DEFECT == ANY_THREAD || DEFECT == CLAIMS_ANY_THREAD,
    };
    host = given;
    return DEFECT == NULL_TABLE ? NULL : &backend;
}
#else
const quinion_host **unused(void) { return &host; }
#endif
