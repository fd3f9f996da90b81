#define _POSIX_C_SOURCE 200809L /* strdup */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"

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
        error = invalid("tensor '%s' has no fixed number of dimensions, or more than 32", info->name);
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

quinion_error *ports_read(quinion_model *model) {
    quinion_error *error = describe_ports(model->compiled, "input", ov_compiled_model_inputs_size,
                                          ov_compiled_model_input_by_index, &model->inputs, &model->input_count);
    if (error == NULL) {
        error = describe_ports(model->compiled, "output", ov_compiled_model_outputs_size, ov_compiled_model_output_by_index,
                               &model->outputs, &model->output_count);
    }
    if (error == NULL && strcmp(model->platform, "openvino_tensorflow") == 0) {
        strip_tensor_numbers(model->inputs, model->input_count);
        strip_tensor_numbers(model->outputs, model->output_count);
    }
    return error;
}

static void free_infos(quinion_tensor_info *infos, size_t count) {
    for (size_t i = 0; infos != NULL && i < count; i++) {
        free((void *)infos[i].name);
        free((void *)infos[i].shape);
    }
    free(infos);
}

void ports_free(quinion_model *model) {
    free_infos(model->inputs, model->input_count);
    free_infos(model->outputs, model->output_count);
}
