#define _POSIX_C_SOURCE 200809L /* strdup */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"

bool datatype_of(ONNXTensorElementDataType type, quinion_datatype *result) {
    static const quinion_datatype datatypes[] = {
        [ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT] = QUINION_FP32,     [ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8] = QUINION_UINT8,
        [ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8] = QUINION_INT8,      [ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16] = QUINION_UINT16,
        [ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16] = QUINION_INT16,    [ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32] = QUINION_INT32,
        [ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64] = QUINION_INT64,    [ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING] = QUINION_BYTES,
        [ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL] = QUINION_BOOL,      [ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16] = QUINION_FP16,
        [ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE] = QUINION_FP64,    [ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32] = QUINION_UINT32,
        [ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64] = QUINION_UINT64,  [ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16] = QUINION_BF16,
    };
    if ((size_t)type >= sizeof datatypes / sizeof *datatypes || datatypes[type] == 0) return false;
    *result = datatypes[type];
    return true;
}

/* Ports */

static quinion_error *read_shape(const OrtTensorTypeAndShapeInfo *tensor, port *port) {
    size_t rank = 0;
    quinion_error *error = failed(ort->GetDimensionsCount(tensor, &rank), "reading a shape");
    if (error != NULL) return error;
    if (rank > MAX_RANK) return invalid("tensor '%s' has %zu dimensions, at most 32 are supported", port->info.name, rank);
    int64_t *shape = calloc(rank + 1, sizeof *shape);
    const char *names[MAX_RANK + 1] = {NULL};
    port->info.shape = shape;
    port->axes = calloc(rank + 1, sizeof *port->axes);
    if (shape == NULL || port->axes == NULL) return out_of_memory();
    port->info.rank = (uint32_t)rank;
    error = failed(ort->GetDimensions(tensor, shape, rank), "reading a shape");
    if (error == NULL) error = failed(ort->GetSymbolicDimensions(tensor, names, rank), "reading a shape");
    if (error != NULL) return error;
    for (size_t i = 0; i < rank; i++) {
        if (shape[i] < 0) shape[i] = -1;
        port->axes[i] = strdup(shape[i] < 0 && names[i] != NULL ? names[i] : "");
        if (port->axes[i] == NULL) return out_of_memory();
    }
    return NULL;
}

static quinion_error *read_type(const OrtTypeInfo *type, port *port) {
    const OrtTensorTypeAndShapeInfo *tensor = NULL;
    quinion_error *error = failed(ort->CastTypeInfoToTensorInfo(type, &tensor), "reading a type");
    if (error != NULL) return error;
    if (tensor == NULL) {
        return invalid("'%s' is a sequence, a map or optional; this backend serves tensors only", port->info.name);
    }
    error = failed(ort->GetTensorElementType(tensor, &port->type), "reading a type");
    if (error != NULL) return error;
    if (!datatype_of(port->type, &port->info.datatype)) {
        return invalid("'%s' has element type %d, which this backend does not serve", port->info.name, (int)port->type);
    }
    return read_shape(tensor, port);
}

typedef OrtStatus *(ORT_API_CALL *name_fn)(const OrtSession *, size_t, OrtAllocator *, char **);
typedef OrtStatus *(ORT_API_CALL *type_fn)(const OrtSession *, size_t, OrtTypeInfo **);

static quinion_error *read_port(const OrtSession *session, size_t index, name_fn name_of, type_fn type_of, port *port) {
    OrtAllocator *allocator = NULL;
    char *name = NULL;
    OrtTypeInfo *type = NULL;
    quinion_error *error = failed(ort->GetAllocatorWithDefaultOptions(&allocator), "finding the allocator");
    if (error == NULL) error = failed(name_of(session, index, allocator, &name), "reading a name");
    if (error != NULL) return error;
    port->info.name = strdup(name);
    allocator->Free(allocator, name);
    if (port->info.name == NULL) return out_of_memory();
    error = failed(type_of(session, index, &type), "reading a type");
    if (error == NULL) {
        error = read_type(type, port);
        ort->ReleaseTypeInfo(type);
    }
    return error;
}

static quinion_error *read_ports(const OrtSession *session, size_t count, name_fn name_of, type_fn type_of, port **ports,
                                 quinion_tensor_info **infos) {
    *ports = calloc(count + 1, sizeof **ports);
    *infos = calloc(count + 1, sizeof **infos);
    if (*ports == NULL || *infos == NULL) return out_of_memory();
    for (size_t i = 0; i < count; i++) {
        quinion_error *error = read_port(session, i, name_of, type_of, &(*ports)[i]);
        if (error != NULL) return error;
        (*infos)[i] = (*ports)[i].info;
    }
    return NULL;
}

static void free_ports(port *ports, size_t count) {
    for (size_t i = 0; ports != NULL && i < count; i++) {
        for (uint32_t d = 0; ports[i].axes != NULL && d < ports[i].info.rank; d++) free(ports[i].axes[d]);
        free(ports[i].axes);
        free((void *)ports[i].info.name);
        free((void *)ports[i].info.shape);
    }
    free(ports);
}

/* Shapes of outputs */

static bool find_axis(const quinion_model *model, const char *name, origin *result) {
    for (size_t i = 0; name[0] != '\0' && i < model->input_count; i++) {
        for (uint32_t d = 0; d < model->inputs[i].info.rank; d++) {
            if (strcmp(model->inputs[i].axes[d], name) != 0) continue;
            *result = (origin){.input = (uint32_t)i, .dimension = d};
            return true;
        }
    }
    return false;
}

static quinion_error *derive_rule(const quinion_model *model, const port *output, shape_rule *rule) {
    rule->origins = calloc(output->info.rank + 1, sizeof *rule->origins);
    if (rule->origins == NULL) return out_of_memory();
    bool follows = output->type != ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING;
    for (uint32_t d = 0; follows && d < output->info.rank; d++) {
        if (output->info.shape[d] < 0) follows = find_axis(model, output->axes[d], &rule->origins[d]);
    }
    atomic_init(&rule->state, follows ? SHAPE_UNPROVEN : SHAPE_UNKNOWN);
    return NULL;
}

quinion_error *signature_read(quinion_model *model) {
    const OrtSession *session = model->session;
    quinion_error *error = failed(ort->SessionGetInputCount(session, &model->input_count), "counting the inputs");
    if (error == NULL) error = failed(ort->SessionGetOutputCount(session, &model->output_count), "counting the outputs");
    if (error == NULL) {
        error = read_ports(session, model->input_count, ort->SessionGetInputName, ort->SessionGetInputTypeInfo,
                           &model->inputs, &model->input_infos);
    }
    if (error == NULL) {
        error = read_ports(session, model->output_count, ort->SessionGetOutputName, ort->SessionGetOutputTypeInfo,
                           &model->outputs, &model->output_infos);
    }
    if (error != NULL) return error;
    model->rules = calloc(model->output_count + 1, sizeof *model->rules);
    if (model->rules == NULL) return out_of_memory();
    for (size_t i = 0; error == NULL && i < model->output_count; i++) {
        error = derive_rule(model, &model->outputs[i], &model->rules[i]);
    }
    return error;
}

void signature_free(quinion_model *model) {
    for (size_t i = 0; model->rules != NULL && i < model->output_count; i++) free(model->rules[i].origins);
    free(model->rules);
    free_ports(model->inputs, model->input_count);
    free_ports(model->outputs, model->output_count);
    free(model->input_infos);
    free(model->output_infos);
}
