/*
 * Backend plugin over ONNX Runtime's C API, on the CPU.
 *
 * Reads ONNX and ORT files. Parameters of a model:
 *
 *   threads       1 to 1024: a pool of its own for this model (default: the pool that all models of the process share, one
 *                 thread per processor the process may use)
 *   optimization  none, basic, extended or all (default)
 *   arena         true (default) or false: whether the engine keeps memory for the next run
 *
 * Threads do not spin while they wait: ONNX Runtime's default takes whole processors from the other models and services.
 * Memory patterns are off, because lengths vary from request to request. A session is shared by the instances of its model
 * (its Run may be called from any thread at the same time); each instance owns one IoBinding.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "external_data.h"

/* The oldest C API that has what is used here; newer engines serve it unchanged. */
enum { API_VERSION = 21 };

const quinion_host *host;
const OrtApi *ort;
static char engine_name[64] = "ONNX Runtime";

struct quinion_backend_state {
    OrtEnv *environment; /* made with the first model, which says how many processors there are */
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

quinion_error *failed(OrtStatus *status, const char *doing) {
    if (status == NULL) return NULL;
    quinion_error_code code;
    switch (ort->GetErrorCode(status)) {
    case ORT_INVALID_ARGUMENT:
    case ORT_NO_SUCHFILE:
    case ORT_NO_MODEL:
    case ORT_INVALID_PROTOBUF:
    case ORT_INVALID_GRAPH: code = QUINION_INVALID_ARGUMENT; break;
    case ORT_NOT_IMPLEMENTED: code = QUINION_UNSUPPORTED; break;
    default: code = QUINION_INTERNAL; break;
    }
    char message[MESSAGE_BYTES];
    snprintf(message, sizeof message, "%s: %s", doing, ort->GetErrorMessage(status));
    ort->ReleaseStatus(status);
    return host->error_create(code, message);
}

/* Engine */

static void ORT_API_CALL log_message(void *unused, OrtLoggingLevel severity, const char *category, const char *log_id,
                                     const char *location, const char *message) {
    (void)unused, (void)category, (void)log_id, (void)location;
    quinion_log_level level = QUINION_LOG_DEBUG;
    if (severity >= ORT_LOGGING_LEVEL_ERROR) level = QUINION_LOG_ERROR;
    else if (severity == ORT_LOGGING_LEVEL_WARNING) level = QUINION_LOG_WARNING;
    host->log(NULL, level, message);
}

static quinion_error *open_environment(quinion_backend_state *state, uint32_t processors) {
    if (state->environment != NULL) return NULL;
    OrtThreadingOptions *options = NULL;
    quinion_error *error = failed(ort->CreateThreadingOptions(&options), "starting ONNX Runtime");
    if (error != NULL) return error;
    error = failed(ort->SetGlobalIntraOpNumThreads(options, processors > 0 ? (int)processors : 1), "setting threads");
    if (error == NULL) error = failed(ort->SetGlobalInterOpNumThreads(options, 1), "setting threads");
    if (error == NULL) error = failed(ort->SetGlobalSpinControl(options, 0), "setting threads");
    if (error == NULL) {
        error = failed(ort->CreateEnvWithCustomLoggerAndGlobalThreadPools(
                           log_message, NULL, ORT_LOGGING_LEVEL_WARNING, "quinion", options, &state->environment),
                       "starting ONNX Runtime");
    }
    ort->ReleaseThreadingOptions(options);
    if (error == NULL) error = failed(ort->DisableTelemetryEvents(state->environment), "starting ONNX Runtime");
    return error;
}

static quinion_error *initialize(quinion_backend_state **result) {
    const OrtApiBase *base = OrtGetApiBase();
    snprintf(engine_name, sizeof engine_name, "ONNX Runtime %s", base->GetVersionString());
    ort = base->GetApi(API_VERSION);
    if (ort == NULL) {
        char message[128];
        snprintf(message, sizeof message, "%s does not offer version %d of its C API", engine_name, API_VERSION);
        return host->error_create(QUINION_UNAVAILABLE, message);
    }
    *result = calloc(1, sizeof **result);
    return *result == NULL ? out_of_memory() : NULL;
}

static void finalize(quinion_backend_state *state) {
    if (state->environment != NULL) ort->ReleaseEnv(state->environment);
    free(state);
}

/* Model */

static quinion_error *apply_settings(const settings *settings, OrtSessionOptions *options) {
    const char *doing = "configuring the session";
    quinion_error *error = failed(ort->SetSessionGraphOptimizationLevel(options, settings->optimization), doing);
    if (error == NULL) error = failed(ort->DisableMemPattern(options), doing);
    if (error == NULL && !settings->arena) error = failed(ort->DisableCpuMemArena(options), doing);
    if (error != NULL) return error;
    if (settings->threads == 0) return failed(ort->DisablePerSessionThreads(options), doing);
    error = failed(ort->SetIntraOpNumThreads(options, (int)settings->threads), doing);
    if (error == NULL) error = failed(ort->AddSessionConfigEntry(options, "session.intra_op.allow_spinning", "0"), doing);
    return error;
}

static quinion_error *open_session(const quinion_backend_state *state, const quinion_model_spec *spec, quinion_model *model) {
    settings settings;
    OrtSessionOptions *options = NULL;
    char reason[MESSAGE_BYTES];
    quinion_error *error = settings_read(spec, &settings);
    if (error != NULL) return error;
    const char *extension = strrchr(spec->path, '.');
    /* ORT's own format (a flatbuffer) names no files. */
    const bool is_onnx = extension == NULL || strcmp(extension, ".ort") != 0;
    if (is_onnx && !external_data_is_contained(spec->path, reason, sizeof reason)) {
        return invalid("reading the model: the file %s", reason);
    }
    error = failed(ort->CreateSessionOptions(&options), "configuring the session");
    if (error != NULL) return error;
    error = apply_settings(&settings, options);
    if (error == NULL) {
        error = failed(ort->CreateSession(state->environment, spec->path, options, &model->session), "reading the model");
    }
    ort->ReleaseSessionOptions(options);
    return error;
}

static void model_destroy(quinion_model *model) {
    signature_free(model);
    if (model->session != NULL) ort->ReleaseSession(model->session);
    free(model);
}

static quinion_error *model_create(quinion_backend_state *state, const quinion_model_spec *spec, quinion_model **result) {
    quinion_error *error = open_environment(state, spec->cpu_count);
    if (error != NULL) return error;
    quinion_model *model = calloc(1, sizeof *model);
    if (model == NULL) return out_of_memory();
    model->scope = spec->scope;
    error = open_session(state, spec, model);
    if (error == NULL) error = signature_read(model);
    if (error != NULL) {
        model_destroy(model);
        return error;
    }
    *result = model;
    return NULL;
}

static quinion_error *model_info(quinion_model *model, quinion_model_info *info) {
    info->platform = "onnxruntime_onnx"; /* as Triton calls it */
    info->input_count = model->input_count;
    info->inputs = model->input_infos;
    info->output_count = model->output_count;
    info->outputs = model->output_infos;
    return NULL;
}

QUINION_BACKEND_EXPORT const quinion_backend *quinion_backend_entry(const quinion_host *given) {
    static const quinion_backend backend = {
        .struct_size = sizeof(quinion_backend),
        .abi_major = QUINION_BACKEND_ABI_MAJOR,
        .abi_minor = QUINION_BACKEND_ABI_MINOR,
        .name = "onnxruntime",
        .engine = engine_name,
        .initialize = initialize,
        .finalize = finalize,
        .model_create = model_create,
        .model_destroy = model_destroy,
        .model_info = model_info,
        .instance_create = instance_create,
        .instance_destroy = instance_destroy,
        .execute = execute,
        .any_thread = 1,
    };
    host = given;
    return &backend;
}
