/*
 * Backend plugin over OpenVINO's C API, on the CPU.
 *
 * Reads what OpenVINO reads: ONNX, OpenVINO IR, TensorFlow, TensorFlow Lite, Paddle. Parameters of a model:
 *
 *   precision  f32 (default) or bf16: the precision the engine computes in. Without this OpenVINO would choose bf16 by
 *              itself on processors with AMX, and results would depend on the machine.
 *   threads    1 to 1024: threads for all instances together (default: the processors the process may use)
 *
 * A compiled model is immutable and shared by its instances; each instance owns one infer request (the engine's rule: "an
 * infer request is not thread-safe, create one per thread").
 */
#define _POSIX_C_SOURCE 200809L /* strdup */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "external_data.h"

enum { MAX_THREADS = 1024 };

const quinion_host *host;
static char engine_name[128] = "OpenVINO";

struct quinion_backend_state {
    ov_core_t *core;
};

/* Errors */

static quinion_error *invalid(const char *format, const char *first, const char *second) {
    char message[MESSAGE_BYTES];
    snprintf(message, sizeof message, format, first, second);
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

/* Datatypes */

static const struct {
    ov_element_type_e engine;
    quinion_datatype host;
} datatypes[] = {
    {OV_BOOLEAN, QUINION_BOOL}, {U8, QUINION_UINT8}, {U16, QUINION_UINT16}, {U32, QUINION_UINT32},
    {U64, QUINION_UINT64},      {I8, QUINION_INT8},  {I16, QUINION_INT16},  {I32, QUINION_INT32},
    {I64, QUINION_INT64},       {F16, QUINION_FP16}, {BF16, QUINION_BF16},  {F32, QUINION_FP32},
    {F64, QUINION_FP64},
};

bool to_host_datatype(ov_element_type_e engine, quinion_datatype *result) {
    for (size_t i = 0; i < sizeof datatypes / sizeof *datatypes; i++) {
        if (datatypes[i].engine == engine) return *result = datatypes[i].host, true;
    }
    return false;
}

bool to_engine_datatype(quinion_datatype datatype, ov_element_type_e *result) {
    for (size_t i = 0; i < sizeof datatypes / sizeof *datatypes; i++) {
        if (datatypes[i].host == datatype) return *result = datatypes[i].engine, true;
    }
    return false;
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

static void free_infos(quinion_tensor_info *infos, size_t count) {
    for (size_t i = 0; infos != NULL && i < count; i++) {
        free((void *)infos[i].name);
        free((void *)infos[i].shape);
    }
    free(infos);
}

static void model_destroy(quinion_model *model) {
    free_infos(model->inputs, model->input_count);
    free_infos(model->outputs, model->output_count);
    sound_shapes_free(&model->sound);
    if (model->compiled != NULL) ov_compiled_model_free(model->compiled);
    free(model);
}

/* An unnamed port gets its direction and position as a name, as the engine's own tools do. */
static quinion_error *describe_name(const ov_output_const_port_t *port, const char *direction, size_t index,
                                    const char **result) {
    char *name = NULL;
    if (ov_port_get_any_name(port, &name) == OK && name != NULL) {
        *result = strdup(name);
        ov_free(name);
    } else {
        char fallback[32];
        snprintf(fallback, sizeof fallback, "%s_%zu", direction, index);
        *result = strdup(fallback);
    }
    return *result == NULL ? out_of_memory() : NULL;
}

static quinion_error *describe_shape(const ov_output_const_port_t *port, quinion_tensor_info *info) {
    ov_partial_shape_t shape;
    const ov_status_e status = ov_port_get_partial_shape(port, &shape);
    if (status != OK) return failed(QUINION_INTERNAL, status, "reading a shape");
    quinion_error *error = NULL;
    if (ov_rank_is_dynamic(shape.rank) || shape.rank.max > MAX_RANK) {
        error = invalid("%s '%s' has no fixed number of dimensions, or more than 32", "tensor", info->name);
    } else {
        info->rank = (uint32_t)shape.rank.max;
        int64_t *dimensions = calloc(info->rank + 1, sizeof *dimensions);
        if (dimensions == NULL) error = out_of_memory();
        for (uint32_t i = 0; dimensions != NULL && i < info->rank; i++) {
            dimensions[i] = ov_dimension_is_dynamic(shape.dims[i]) ? -1 : shape.dims[i].max;
        }
        info->shape = dimensions;
    }
    ov_partial_shape_free(&shape);
    return error;
}

static quinion_error *describe_port(const ov_output_const_port_t *port, const char *direction, size_t index,
                                    quinion_tensor_info *info) {
    quinion_error *error = describe_name(port, direction, index, &info->name);
    if (error != NULL) return error;
    ov_element_type_e type;
    const ov_status_e status = ov_port_get_element_type(port, &type);
    if (status != OK) return failed(QUINION_INTERNAL, status, "reading an element type");
    if (!to_host_datatype(type, &info->datatype)) {
        return invalid("%s '%s' has an element type that this backend does not support", direction, info->name);
    }
    return describe_shape(port, info);
}

typedef ov_status_e (*port_count_fn)(const ov_compiled_model_t *, size_t *);
typedef ov_status_e (*port_by_index_fn)(const ov_compiled_model_t *, size_t, ov_output_const_port_t **);

static quinion_error *describe_ports(const ov_compiled_model_t *compiled, const char *direction, port_count_fn count_of,
                                     port_by_index_fn port_at, quinion_tensor_info **infos, size_t *count) {
    size_t total = 0;
    ov_status_e status = count_of(compiled, &total);
    if (status != OK) return failed(QUINION_INTERNAL, status, "counting inputs and outputs");
    *infos = calloc(total + 1, sizeof **infos);
    if (*infos == NULL) return out_of_memory();
    *count = total;
    for (size_t i = 0; i < total; i++) {
        ov_output_const_port_t *port = NULL;
        status = port_at(compiled, i, &port);
        if (status != OK) return failed(QUINION_INTERNAL, status, "reading an input or output");
        quinion_error *error = describe_port(port, direction, i, &(*infos)[i]);
        ov_output_const_port_free(port);
        if (error != NULL) return error;
    }
    return NULL;
}

/* TensorFlow's tensor "x:0" is the only one of most nodes, and its clients know it by the node's name. */
static void strip_tensor_numbers(quinion_tensor_info *infos, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char *end = (char *)infos[i].name + strlen(infos[i].name);
        if (end - infos[i].name > 2 && strcmp(end - 2, ":0") == 0) end[-2] = '\0';
    }
}

static const char *platform_of(const char *path) {
    static const struct {
        const char *extension, *platform;
    } formats[] = {
        {".onnx", "openvino_onnx"},       {".xml", "openvino_ir"},       {".pb", "openvino_tensorflow"},
        {".savedmodel", "openvino_tensorflow"},
        {".tflite", "openvino_tflite"},   {".pdmodel", "openvino_paddle"},
    };
    const char *extension = strrchr(path, '.');
    for (size_t i = 0; extension != NULL && i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(extension, formats[i].extension) == 0) return formats[i].platform;
    }
    return "openvino";
}

typedef struct {
    const char *precision;
    long threads;
} settings;

static quinion_error *read_settings(const quinion_model_spec *spec, settings *result) {
    *result = (settings){.precision = "f32", .threads = spec->cpu_count > 0 ? (long)spec->cpu_count : 1};
    for (size_t i = 0; i < spec->parameter_count; i++) {
        const quinion_parameter *parameter = &spec->parameters[i];
        if (strcmp(parameter->key, "precision") == 0) {
            if (strcmp(parameter->value, "f32") != 0 && strcmp(parameter->value, "bf16") != 0) {
                return invalid("parameter 'precision' is '%s', expected f32 or bf16%s", parameter->value, "");
            }
            result->precision = parameter->value;
        } else if (strcmp(parameter->key, "threads") == 0) {
            char *end = NULL;
            errno = 0;
            result->threads = strtol(parameter->value, &end, 10);
            if (errno != 0 || end == parameter->value || *end != '\0' || result->threads < 1 ||
                result->threads > MAX_THREADS) {
                return invalid("parameter 'threads' is '%s', expected 1 to 1024%s", parameter->value, "");
            }
        } else {
            return invalid("unknown parameter '%s'; known are: precision, threads%s", parameter->key, "");
        }
    }
    return NULL;
}

static quinion_error *compile(const ov_core_t *core, const quinion_model_spec *spec, ov_compiled_model_t **compiled) {
    settings settings;
    quinion_error *error = read_settings(spec, &settings);
    if (error != NULL) return error;
    char reason[MESSAGE_BYTES / 2];
    const char *extension = strrchr(spec->path, '.');
    if (extension != NULL && strcmp(extension, ".onnx") == 0 &&
        !external_data_is_contained(spec->path, reason, sizeof reason)) {
        return invalid("reading the model: the file %s%s", reason, "");
    }
    char threads[16], streams[16];
    snprintf(threads, sizeof threads, "%ld", settings.threads);
    /* One stream per instance, so that instances do not wait for one another inside the engine. */
    snprintf(streams, sizeof streams, "%u", spec->instance_count > 0 ? spec->instance_count : 1);
    const ov_property_t properties[] = {
        {ov_property_key_hint_inference_precision, settings.precision},
        {ov_property_key_inference_num_threads, threads},
        {ov_property_key_num_streams, streams},
        {ov_property_key_hint_enable_cpu_pinning, "NO"}, /* a container shares its cores with the other services */
    };
    const ov_status_e status = ov_core_compile_model_from_file_props(
        core, spec->path, "CPU", sizeof properties / sizeof *properties, properties, compiled);
    return status == OK ? NULL : failed(QUINION_INVALID_ARGUMENT, status, "reading the model");
}

static quinion_error *model_create(quinion_backend_state *state, const quinion_model_spec *spec, quinion_model **result) {
    quinion_model *model = calloc(1, sizeof *model);
    if (model == NULL) return out_of_memory();
    model->platform = platform_of(spec->path);
    sound_shapes_init(&model->sound);
    quinion_error *error = compile(state->core, spec, &model->compiled);
    if (error == NULL) {
        error = describe_ports(model->compiled, "input", ov_compiled_model_inputs_size, ov_compiled_model_input_by_index,
                               &model->inputs, &model->input_count);
    }
    if (error == NULL) {
        error = describe_ports(model->compiled, "output", ov_compiled_model_outputs_size,
                               ov_compiled_model_output_by_index, &model->outputs, &model->output_count);
    }
    if (error != NULL) {
        model_destroy(model);
        return error;
    }
    if (strcmp(model->platform, "openvino_tensorflow") == 0) {
        strip_tensor_numbers(model->inputs, model->input_count);
        strip_tensor_numbers(model->outputs, model->output_count);
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
