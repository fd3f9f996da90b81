/*
 * Backend plugin over OpenVINO's C API, on the CPU.
 *
 * Reads what OpenVINO reads: ONNX, OpenVINO IR, TensorFlow, TensorFlow Lite, Paddle. Parameters of a model:
 *
 *   precision  f32 (default) or bf16: the precision the engine computes in. Without this OpenVINO would choose bf16 by
 *              itself on processors with AMX, and results would depend on the machine.
 *   threads    1 to 1024: threads for all instances together (default: the processors the process may use)
 *   streams    1 to 64: executions that run side by side inside the engine, dividing the threads (default: one per
 *              instance, so that instances do not wait for one another)
 *
 * A compiled model is immutable and shared by its instances; each instance owns one infer request (the engine's rule: "an
 * infer request is not thread-safe, create one per thread").
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"

const quinion_host *host;
static char engine_name[128] = "OpenVINO";

struct quinion_backend_state {
    ov_core_t *core;
};

/* Errors */

quinion_error *invalid(const char *format, ...) {
    char message[MESSAGE_BYTES];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    return host->error_create(QUINION_INVALID_ARGUMENT, message);
}

quinion_error *out_of_memory(void) {
    return host->error_create(QUINION_UNAVAILABLE, "out of memory");
}

/* Makes one line of many. */
static void join_lines(char *text) {
    char *end = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from != '\n') {
            *end++ = *from;
        } else if (end > text && end[-1] != ' ') {
            *end++ = ' ';
        }
    }
    while (end > text && end[-1] == ' ') end--;
    *end = '\0';
}

/* Writes the engine's own words for a status: the last message of this thread, or else the text of the status. */
void describe_failure(char message[MESSAGE_BYTES], ov_status_e status, const char *doing) {
    const char *detail = ov_get_last_err_msg();
    const bool has_detail = detail != NULL && detail[0] != '\0';
    snprintf(message, MESSAGE_BYTES, "%s: %s", doing, has_detail ? detail : ov_get_error_info(status));
    if (detail != NULL) ov_free(detail);
    join_lines(message);
}

quinion_error *failed(quinion_error_code code, ov_status_e status, const char *doing) {
    char message[MESSAGE_BYTES];
    describe_failure(message, status, doing);
    return host->error_create(code, message);
}

/* Engine */

static quinion_error *initialize(quinion_backend_state **result) {
    ov_version_t version;
    if (ov_get_openvino_version(&version) == OK) {
        snprintf(engine_name, sizeof engine_name, "OpenVINO %s", version.buildNumber);
        ov_version_free(&version);
    }
    quinion_backend_state *state = calloc(1, sizeof *state);
    if (state == NULL) return out_of_memory();
    const ov_status_e status = ov_core_create(&state->core);
    if (status != OK) {
        free(state);
        return failed(QUINION_UNAVAILABLE, status, "starting OpenVINO");
    }
    *result = state;
    return NULL;
}

static void finalize(quinion_backend_state *state) {
    ov_core_free(state->core);
    free(state);
}

/* Model */

static void model_destroy(quinion_model *model) {
    ports_free(model);
    sound_shapes_free(&model->sound);
    if (model->compiled != NULL) ov_compiled_model_free(model->compiled);
    free(model);
}

static quinion_error *compile(const ov_core_t *core, const char *path, const settings *settings, ov_compiled_model_t **compiled) {
    char threads[24], streams[24];
    snprintf(threads, sizeof threads, "%ld", settings->threads);
    snprintf(streams, sizeof streams, "%ld", settings->streams);
    const ov_property_t properties[] = {
        {ov_property_key_hint_inference_precision, settings->precision},
        {ov_property_key_inference_num_threads, threads},
        {ov_property_key_num_streams, streams},
        {ov_property_key_hint_enable_cpu_pinning, "NO"}, /* a container shares its cores with the other services */
    };
    const ov_status_e status = ov_core_compile_model_from_file_props(
        core, path, "CPU", sizeof properties / sizeof *properties, properties, compiled);
    return status == OK ? NULL : failed(QUINION_INVALID_ARGUMENT, status, "reading the model");
}

static quinion_error *model_create(quinion_backend_state *state, const quinion_model_spec *spec, quinion_model **result) {
    quinion_model *model = calloc(1, sizeof *model);
    if (model == NULL) return out_of_memory();
    sound_shapes_init(&model->sound);
    settings settings;
    quinion_error *error = settings_read(spec, &settings);
    if (error == NULL) error = format_of(spec->path, &model->platform);
    if (error == NULL) error = compile(state->core, spec->path, &settings, &model->compiled);
    if (error == NULL) error = ports_read(model);
    if (error != NULL) {
        model_destroy(model);
        return error;
    }
    *result = model;
    return NULL;
}

static quinion_error *model_info(quinion_model *model, quinion_model_info *info) {
    info->platform = model->platform;
    info->input_count = model->input_count;
    info->inputs = model->inputs;
    info->output_count = model->output_count;
    info->outputs = model->outputs;
    return NULL;
}

QUINION_BACKEND_EXPORT const quinion_backend *quinion_backend_entry(const quinion_host *given) {
    static const quinion_backend backend = {
        .struct_size = sizeof(quinion_backend),
        .abi_major = QUINION_BACKEND_ABI_MAJOR,
        .abi_minor = QUINION_BACKEND_ABI_MINOR,
        .name = "openvino",
        .engine = engine_name,
        .initialize = initialize,
        .finalize = finalize,
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
