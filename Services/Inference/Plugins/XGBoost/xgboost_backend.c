/*
 * Backend plugin over XGBoost's C API: gradient-boosted trees on the CPU, from JSON and UBJSON files.
 *
 * A model takes `input` FP32 [rows, features], NaN where a value is missing, and gives `output` FP32 [rows, groups]: one
 * group, or one per class. Parameters of a model:
 *
 *   output   value (default) or margin: with or without the objective's transformation
 *   threads  1 to 1024: threads of one execution (default: the processors the process may use, divided by the instances)
 *
 * A booster keeps the result of its last prediction, so every instance has its own: one that works alone, and one with
 * `threads` made when the first large request comes. XGBoost gives a thread 64 rows at a time and its threads meet at a
 * spinning barrier, so more of them make a small request up to a thousand times slower on a busy machine.
 */
#define _POSIX_C_SOURCE 200809L /* strdup */

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xgboost/c_api.h>

#include "parameter.h"
#include "quinion_backend.h"

enum { MESSAGE_BYTES = 2048, LARGE_ROWS = 4 * 64 };

static const quinion_host *host;
static char engine_name[32] = "XGBoost";

struct quinion_model {
    char *path;
    long threads;
    bool margin;
    int64_t input_shape[2], output_shape[2];
    quinion_tensor_info input, output;
};

struct quinion_instance {
    BoosterHandle alone, together; /* the latter NULL until it is needed */
    const quinion_model *model;
};

/* Errors */

static quinion_error *invalid(const char *format, const char *detail) {
    char message[MESSAGE_BYTES];
    snprintf(message, sizeof message, format, detail);
    return host->error_create(QUINION_INVALID_ARGUMENT, message);
}

static quinion_error *out_of_memory(void) {
    return host->error_create(QUINION_UNAVAILABLE, "out of memory");
}

/* The first line of the engine's message; a stack trace follows it. */
static quinion_error *check(int result, quinion_error_code code, const char *doing) {
    if (result == 0) return NULL;
    char message[MESSAGE_BYTES];
    const char *text = XGBGetLastError();
    while (*text == '\n') text++;
    snprintf(message, sizeof message, "%s: %.*s", doing, (int)strcspn(text, "\n"), text);
    return host->error_create(code, message);
}

static void log_message(const char *message) {
    host->log(NULL, QUINION_LOG_WARNING, message);
}

static quinion_error *initialize(quinion_backend_state **result) {
    int major = 0, minor = 0, patch = 0;
    XGBoostVersion(&major, &minor, &patch);
    snprintf(engine_name, sizeof engine_name, "XGBoost %d.%d.%d", major, minor, patch);
    *result = NULL;
    return check(XGBRegisterLogCallback(log_message), QUINION_UNAVAILABLE, "starting XGBoost");
}

/* Boosters */

static quinion_error *open_booster(const quinion_model *model, long thread_count, BoosterHandle *booster) {
    char threads[16];
    snprintf(threads, sizeof threads, "%ld", thread_count);
    quinion_error *error = check(XGBoosterCreate(NULL, 0, booster), QUINION_UNAVAILABLE, "making a booster");
    if (error != NULL) return error;
    error = check(XGBoosterLoadModel(*booster, model->path), QUINION_INVALID_ARGUMENT, "reading the model");
    if (error == NULL) {
        error = check(XGBoosterSetParam(*booster, "nthread", threads), QUINION_INTERNAL, "setting threads");
    }
    if (error != NULL) {
        XGBoosterFree(*booster);
        *booster = NULL;
    }
    return error;
}

/*
 * Predicts over the rows where they lie. The result is the booster's until its next prediction.
 * The input is described as NumPy's array interface, version 3.
 */
static quinion_error *predict(BoosterHandle booster, bool margin, const void *data, int64_t rows, int64_t features,
                              uint64_t *groups, const float **values) {
    char array[192], config[192];
    snprintf(array, sizeof array,
             "{\"data\":[%" PRIuPTR ",true],\"shape\":[%" PRId64 ",%" PRId64 "],\"typestr\":\"<f4\",\"version\":3}",
             (uintptr_t)data, rows, features);
    snprintf(config, sizeof config,
             "{\"type\":%d,\"iteration_begin\":0,\"iteration_end\":0,\"missing\":NaN,\"strict_shape\":true,"
             "\"cache_id\":0}", margin ? 1 : 0);
    const bst_ulong *shape = NULL;
    bst_ulong rank = 0;
    quinion_error *error = check(XGBoosterPredictFromDense(booster, array, config, NULL, &shape, &rank, values),
                                 QUINION_INTERNAL, "predicting");
    if (error != NULL) return error;
    if (rank < 1 || rank > 2 || shape[0] != (bst_ulong)rows) {
        return host->error_create(QUINION_INTERNAL, "predicting: the result does not have one row per row of the input");
    }
    *groups = rank == 2 ? shape[1] : 1;
    return NULL;
}

/* Model */

static quinion_error *read_settings(const quinion_model_spec *spec, quinion_model *model) {
    const uint32_t instances = spec->instance_count > 0 ? spec->instance_count : 1;
    model->threads = spec->cpu_count > instances ? (long)(spec->cpu_count / instances) : 1;
    for (size_t i = 0; i < spec->parameter_count; i++) {
        const quinion_parameter *parameter = &spec->parameters[i];
        if (strcmp(parameter->key, "output") == 0) {
            model->margin = strcmp(parameter->value, "margin") == 0;
            if (!model->margin && strcmp(parameter->value, "value") != 0) {
                return invalid("parameter 'output' is '%s', expected value or margin", parameter->value);
            }
        } else if (strcmp(parameter->key, "threads") == 0) {
            quinion_error *error = parameter_threads(host, parameter, &model->threads);
            if (error != NULL) return error;
        } else {
            return invalid("unknown parameter '%s'; known are: output, threads", parameter->key);
        }
    }
    return NULL;
}

/* The engine's old binary format does not check what it reads. */
static quinion_error *check_format(const char *path) {
    const char *extension = strrchr(path, '.');
    if (extension != NULL && (strcmp(extension, ".json") == 0 || strcmp(extension, ".ubj") == 0)) return NULL;
    return invalid("'%s' does not end in .json or .ubj: set 'file' in config.json", path);
}

/* How many values a row has and gets: the first from the model, the second from predicting one row. */
static quinion_error *describe(quinion_model *model) {
    BoosterHandle booster;
    bst_ulong features = 0;
    uint64_t groups = 0;
    const float *values = NULL;
    quinion_error *error = open_booster(model, 1, &booster);
    if (error != NULL) return error;
    error = check(XGBoosterGetNumFeature(booster, &features), QUINION_INVALID_ARGUMENT, "reading the model");
    if (error == NULL && (features < 1 || features > 1 << 24)) error = invalid("the model has %s features", "no");
    float *row = error == NULL ? calloc(features, sizeof *row) : NULL;
    if (error == NULL && row == NULL) error = out_of_memory();
    if (error == NULL) error = predict(booster, model->margin, row, 1, (int64_t)features, &groups, &values);
    free(row);
    XGBoosterFree(booster);
    if (error != NULL) return error;
    model->input_shape[0] = model->output_shape[0] = -1;
    model->input_shape[1] = (int64_t)features;
    model->output_shape[1] = (int64_t)groups;
    model->input = (quinion_tensor_info){"input", QUINION_FP32, 2, model->input_shape};
    model->output = (quinion_tensor_info){"output", QUINION_FP32, 2, model->output_shape};
    return NULL;
}

static void model_destroy(quinion_model *model) {
    free(model->path);
    free(model);
}

static quinion_error *model_create(quinion_backend_state *state, const quinion_model_spec *spec, quinion_model **result) {
    (void)state;
    quinion_model *model = calloc(1, sizeof *model);
    if (model == NULL) return out_of_memory();
    model->path = strdup(spec->path);
    quinion_error *error = model->path == NULL ? out_of_memory() : check_format(spec->path);
    if (error == NULL) error = read_settings(spec, model);
    if (error == NULL) error = describe(model);
    if (error != NULL) {
        model_destroy(model);
        return error;
    }
    *result = model;
    return NULL;
}

static quinion_error *model_info(quinion_model *model, quinion_model_info *info) {
    info->platform = "xgboost_trees";
    info->input_count = 1;
    info->inputs = &model->input;
    info->output_count = 1;
    info->outputs = &model->output;
    return NULL;
}

/* Instance */

static quinion_error *instance_create(quinion_model *model, uint32_t index, quinion_instance **result) {
    (void)index;
    quinion_instance *instance = calloc(1, sizeof *instance);
    if (instance == NULL) return out_of_memory();
    instance->model = model;
    quinion_error *error = open_booster(model, 1, &instance->alone);
    if (error != NULL) {
        free(instance);
        return error;
    }
    *result = instance;
    return NULL;
}

static void instance_destroy(quinion_instance *instance) {
    XGBoosterFree(instance->alone);
    if (instance->together != NULL) XGBoosterFree(instance->together);
    free(instance);
}

static quinion_error *execute(quinion_instance *instance, const quinion_request *request) {
    const quinion_tensor *input = &request->inputs[0];
    const int64_t rows = input->shape[0];
    uint64_t groups = 0;
    const float *values = NULL;
    host->execution_phase(request->execution, QUINION_PHASE_COMPUTE);
    const bool is_large = instance->model->threads > 1 && rows >= LARGE_ROWS;
    quinion_error *error = NULL;
    if (is_large && instance->together == NULL) {
        error = open_booster(instance->model, instance->model->threads, &instance->together);
    }
    if (error == NULL) {
        error = predict(is_large ? instance->together : instance->alone, instance->model->margin, input->data, rows,
                        input->shape[1], &groups, &values);
    }
    if (error != NULL) return error;
    host->execution_phase(request->execution, QUINION_PHASE_OUTPUT);
    const int64_t shape[] = {rows, (int64_t)groups};
    quinion_buffer buffer = {.byte_size = (uint64_t)rows * groups * sizeof *values};
    error = host->output_allocate(request->execution, 0, QUINION_FP32, 2, shape, &buffer);
    if (error == NULL) memcpy(buffer.data, values, buffer.byte_size);
    return error;
}

QUINION_BACKEND_EXPORT const quinion_backend *quinion_backend_entry(const quinion_host *given) {
    static const quinion_backend backend = {
        .struct_size = sizeof(quinion_backend),
        .abi_major = QUINION_BACKEND_ABI_MAJOR,
        .abi_minor = QUINION_BACKEND_ABI_MINOR,
        .name = "xgboost",
        .engine = engine_name,
        .initialize = initialize,
        .model_create = model_create,
        .model_destroy = model_destroy,
        .model_info = model_info,
        .instance_create = instance_create,
        .instance_destroy = instance_destroy,
        .execute = execute,
    };
    host = given;
    return &backend;
}
