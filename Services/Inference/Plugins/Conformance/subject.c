#define _GNU_SOURCE

#include "subject.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datatype.h"
#include "plugin.h"
#include "verdict.h"

static void demand(quinion_error *error, const char *doing) {
    char message[1024];
    if (error == NULL) return;
    error_take(error, message, sizeof message);
    fail("%s: %s", doing, message);
}

/* Backend and model */

backend backend_open(const arguments *arguments) {
    char reason[1024];
    backend backend = {.arguments = arguments};
    backend.table = plugin_open(arguments->plugin, &watching_host, reason, sizeof reason);
    if (backend.table == NULL) fail("%s", reason);
    if (backend.table->initialize != NULL) demand(backend.table->initialize(&backend.state), "initialize");
    return backend;
}

quinion_model_spec model_spec(const arguments *arguments, const char *file, uint32_t instances) {
    static const char scope;
    return (quinion_model_spec){
        .struct_size = sizeof(quinion_model_spec),
        .name = "conformance",
        .version = "1",
        .path = file != NULL ? file : arguments->model,
        .instance_count = instances,
        .cpu_count = 2,
        .parameter_count = arguments->parameter_count,
        .parameters = arguments->parameters,
        .scope = (const quinion_scope *)&scope,
    };
}

model model_load(const backend *backend, uint32_t instances) {
    model model = {.backend = backend, .info = {.struct_size = sizeof model.info}};
    const quinion_model_spec spec = model_spec(backend->arguments, NULL, instances);
    demand(backend->table->model_create(backend->state, &spec, &model.handle), "model_create");
    if (model.handle == NULL) fail("model_create succeeded without a model");
    demand(backend->table->model_info(model.handle, &model.info), "model_info");
    return model;
}

void model_unload(model *model) {
    model->backend->table->model_destroy(model->handle);
}

quinion_instance *instance_open(const model *model, uint32_t index) {
    quinion_instance *instance = NULL;
    demand(model->backend->table->instance_create(model->handle, index, &instance), "instance_create");
    if (instance == NULL) fail("instance_create succeeded without an instance");
    return instance;
}

void instance_close(const model *model, quinion_instance *instance) {
    model->backend->table->instance_destroy(instance);
}

/* Inputs */

static int64_t dimension(const arguments *arguments, const quinion_tensor_info *info, uint32_t index, int64_t size) {
    for (size_t i = 0; i < arguments->shape_count; i++) {
        if (strcmp(arguments->shapes[i].input, info->name) != 0) continue;
        if (arguments->shapes[i].rank != info->rank) fail("--shape %s has another rank than the model", info->name);
        return arguments->shapes[i].dimensions[index];
    }
    return info->shape[index] >= 0 ? info->shape[index] : size;
}

/* Small values that are sound as token ids, as flags and as measurements alike. */
static void fill(void *data, quinion_datatype datatype, uint64_t elements) {
    for (uint64_t i = 0; i < elements; i++) {
        const int value = (int)(i % 2);
        switch (datatype) {
        case QUINION_BOOL: case QUINION_UINT8: case QUINION_INT8: ((int8_t *)data)[i] = (int8_t)value; break;
        case QUINION_UINT16: case QUINION_INT16: ((int16_t *)data)[i] = (int16_t)value; break;
        case QUINION_FP16: ((uint16_t *)data)[i] = value ? 0x3C00 : 0x3800; break; /* 1.0, 0.5 */
        case QUINION_BF16: ((uint16_t *)data)[i] = value ? 0x3F80 : 0x3F00; break; /* 1.0, 0.5 */
        case QUINION_UINT32: case QUINION_INT32: ((int32_t *)data)[i] = value; break;
        case QUINION_UINT64: case QUINION_INT64: ((int64_t *)data)[i] = value; break;
        case QUINION_FP32: ((float *)data)[i] = 0.25f + (float)(i % 7) / 8; break;
        case QUINION_FP64: ((double *)data)[i] = 0.25 + (double)(i % 7) / 8; break;
        case QUINION_BYTES: memcpy((char *)data + 5 * i, "\1\0\0\0a", 5); break;
        }
    }
}

inputs inputs_make(const arguments *arguments, const quinion_model_info *info, int64_t size,
                   const quinion_tensor_info *changed) {
    inputs inputs = {.count = info->input_count, .tensors = calloc(info->input_count, sizeof *inputs.tensors)};
    for (size_t i = 0; i < info->input_count; i++) {
        const quinion_tensor_info *input = &info->inputs[i];
        int64_t *shape = calloc(input->rank + 1, sizeof *shape);
        uint64_t elements = 1;
        bool grows = input == changed;
        for (uint32_t d = 0; d < input->rank; d++) {
            shape[d] = dimension(arguments, input, d, size);
            if (grows && input->shape[d] < 0) shape[d] += 1, grows = false;
            if (shape[d] < 1 || __builtin_mul_overflow(elements, (uint64_t)shape[d], &elements)) {
                fail("input '%s' has no usable shape: give --shape", input->name);
            }
        }
        const uint32_t width = datatype_width(input->datatype);
        const uint64_t bytes = elements * (width > 0 ? width : 5);
        void *data = guarded_allocate(bytes);
        fill(data, input->datatype, elements);
        guarded_make_read_only(data, bytes);
        inputs.tensors[i] = (quinion_tensor){input->name, input->datatype, input->rank, shape, data, bytes, {QUINION_MEMORY_CPU, 0}};
    }
    return inputs;
}

void inputs_free(inputs *inputs) {
    for (size_t i = 0; i < inputs->count; i++) {
        guarded_free((void *)inputs->tensors[i].data, inputs->tensors[i].byte_size);
        free((void *)inputs->tensors[i].shape);
    }
    free(inputs->tensors);
}

/* Executions */

quinion_execution execution_make(const quinion_model_info *info, const uint32_t *only, unsigned char fill) {
    quinion_execution execution = {.info = info, .limit = (uint64_t)1 << 30, .fill = fill};
    execution.outputs = calloc(info->output_count, sizeof *execution.outputs);
    for (uint32_t i = 0; i < info->output_count; i++) execution.outputs[i].is_requested = only == NULL || *only == i;
    return execution;
}

void execution_free(quinion_execution *execution) {
    for (size_t i = 0; i < execution->info->output_count; i++) {
        output *output = &execution->outputs[i];
        if (output->data != NULL) guarded_free(output->data, output->byte_size);
    }
    free(execution->outputs);
}

quinion_error *execution_run(const model *model, quinion_instance *instance, const inputs *inputs,
                             quinion_execution *execution) {
    uint32_t *requested = calloc(model->info.output_count, sizeof *requested);
    size_t count = 0;
    for (uint32_t i = 0; i < model->info.output_count; i++) {
        if (execution->outputs[i].is_requested) requested[count++] = i;
    }
    const quinion_request request = {
        .struct_size = sizeof request,
        .execution = execution,
        .input_count = inputs->count,
        .inputs = inputs->tensors,
        .output_count = count,
        .outputs = requested,
        .output_limit = execution->limit,
    };
    quinion_error *error = model->backend->table->execute(instance, &request);
    free(requested);
    return error;
}

void execution_succeed(const model *model, quinion_instance *instance, const inputs *inputs, quinion_execution *execution) {
    char message[1024];
    quinion_error *error = execution_run(model, instance, inputs, execution);
    if (execution->violation[0] != '\0') fail("%s", execution->violation);
    if (error != NULL) {
        error_take(error, message, sizeof message);
        fail("execute: %s", message);
    }
    for (size_t i = 0; i < model->info.output_count; i++) {
        if (execution->outputs[i].is_requested && execution->outputs[i].data == NULL) {
            fail("execute succeeded without output '%s'", model->info.outputs[i].name);
        }
    }
}

static bool close_enough(double one, double other) {
    if (isnan(one) || isnan(other)) return isnan(one) && isnan(other);
    return one == other || fabs(one - other) <= 1e-3 * (1 + fabs(one));
}

static bool values_agree(quinion_datatype datatype, const output *one, const output *other) {
    if (datatype == QUINION_FP32) {
        const float *a = one->data, *b = other->data;
        for (uint64_t i = 0; i < one->byte_size / sizeof *a; i++) {
            if (!close_enough(a[i], b[i])) return false;
        }
        return true;
    }
    if (datatype == QUINION_FP64) {
        const double *a = one->data, *b = other->data;
        for (uint64_t i = 0; i < one->byte_size / sizeof *a; i++) {
            if (!close_enough(a[i], b[i])) return false;
        }
        return true;
    }
    /* Halves are compared by what they share at least: their size. */
    if (datatype == QUINION_FP16 || datatype == QUINION_BF16) return true;
    return memcmp(one->data, other->data, one->byte_size) == 0;
}

void executions_agree(const quinion_model_info *info, const quinion_execution *one, const quinion_execution *other) {
    for (size_t i = 0; i < info->output_count; i++) {
        const output *a = &one->outputs[i], *b = &other->outputs[i];
        if (!a->is_requested || !b->is_requested) continue;
        if (a->byte_size != b->byte_size || !values_agree(info->outputs[i].datatype, a, b)) {
            fail("output '%s' differs between two executions of the same inputs", info->outputs[i].name);
        }
    }
}
