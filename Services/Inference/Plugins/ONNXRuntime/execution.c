#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "cancellation.h"
#include "datatype.h"
#include "misfit.h"

quinion_error *instance_create(quinion_model *model, uint32_t index, quinion_instance **result) {
    (void)index;
    quinion_instance *instance = calloc(1, sizeof *instance);
    if (instance == NULL) return out_of_memory();
    instance->model = model;
    quinion_error *error = failed(ort->CreateIoBinding(model->session, &instance->binding), "making a binding");
    if (error == NULL) error = failed(ort->CreateRunOptions(&instance->options), "making run options");
    if (error == NULL) {
        error = failed(ort->CreateCpuMemoryInfo(OrtDeviceAllocator, OrtMemTypeDefault, &instance->memory), "describing memory");
    }
    if (error == NULL) error = failed(ort->GetAllocatorWithDefaultOptions(&instance->allocator), "finding the allocator");
    if (error != NULL) {
        instance_destroy(instance);
        return error;
    }
    *result = instance;
    return NULL;
}

void instance_destroy(quinion_instance *instance) {
    if (instance->binding != NULL) ort->ReleaseIoBinding(instance->binding);
    if (instance->options != NULL) ort->ReleaseRunOptions(instance->options);
    if (instance->memory != NULL) ort->ReleaseMemoryInfo(instance->memory);
    free(instance);
}

/* Inputs */

static uint32_t length_at(const unsigned char *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* Strings are objects of the engine: they are copied. The host has checked their lengths. */
static quinion_error *make_strings(const quinion_instance *instance, const quinion_tensor *input, OrtValue **value) {
    quinion_error *error = failed(ort->CreateTensorAsOrtValue(instance->allocator, input->shape, input->rank,
                                                              ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING, value),
                                  input->name);
    const unsigned char *from = input->data, *end = from + input->byte_size;
    for (size_t i = 0; error == NULL && from < end; i++) {
        const uint32_t length = length_at(from);
        char *target = NULL;
        error = failed(ort->GetResizedStringTensorElementBuffer(*value, i, length, &target), input->name);
        if (error == NULL && length > 0) memcpy(target, from + 4, length);
        from += 4 + (size_t)length;
    }
    return error;
}

/* Lends the request's bytes to the engine without a copy; the binding forgets them before execute returns. */
static quinion_error *bind_input(const quinion_instance *instance, size_t index, const quinion_tensor *input) {
    if (input->memory.kind != QUINION_MEMORY_CPU) return host->error_create(QUINION_UNSUPPORTED, "an input is on a device");
    OrtValue *value = NULL;
    quinion_error *error;
    if (input->datatype == QUINION_BYTES) {
        error = make_strings(instance, input, &value);
    } else {
        error = failed(ort->CreateTensorWithDataAsOrtValue(instance->memory, (void *)input->data, input->byte_size,
                                                           input->shape, input->rank, instance->model->inputs[index].type,
                                                           &value),
                       input->name);
    }
    if (error == NULL) error = failed(ort->BindInput(instance->binding, input->name, value), input->name);
    if (value != NULL) ort->ReleaseValue(value); /* the binding holds its own reference */
    return error;
}

/* Outputs */

static quinion_error *allocate(quinion_execution *execution, uint32_t index, const port *output, const int64_t *shape,
                               uint32_t rank, uint64_t byte_size, void **data) {
    quinion_buffer buffer = {.byte_size = byte_size};
    quinion_error *error = host->output_allocate(execution, index, output->info.datatype, rank, shape, &buffer);
    *data = buffer.data;
    return error;
}

static void predict(const port *output, const shape_rule *rule, const quinion_request *request, int64_t *shape) {
    for (uint32_t d = 0; d < output->info.rank; d++) {
        const origin *origin = &rule->origins[d];
        shape[d] = output->info.shape[d] >= 0 ? output->info.shape[d] : request->inputs[origin->input].shape[origin->dimension];
    }
}

/* Has the engine write into the host's memory. */
static quinion_error *bind_in_place(const quinion_instance *instance, const quinion_request *request, uint32_t index) {
    const port *output = &instance->model->outputs[index];
    int64_t shape[MAX_RANK];
    predict(output, &instance->model->rules[index], request, shape);
    uint64_t bytes = datatype_width(output->info.datatype);
    for (uint32_t d = 0; d < output->info.rank; d++) {
        if (__builtin_mul_overflow(bytes, (uint64_t)shape[d], &bytes)) return invalid("output '%s' is too large", output->info.name);
    }
    void *data = NULL;
    quinion_error *error = allocate(request->execution, index, output, shape, output->info.rank, bytes, &data);
    if (error != NULL) return error;
    OrtValue *value = NULL;
    error = failed(ort->CreateTensorWithDataAsOrtValue(instance->memory, data, bytes, shape, output->info.rank, output->type,
                                                       &value),
                   output->info.name);
    if (error == NULL) error = failed(ort->BindOutput(instance->binding, output->info.name, value), output->info.name);
    if (value != NULL) ort->ReleaseValue(value);
    return error;
}

static quinion_error *copy_strings(const OrtValue *value, const quinion_request *request, uint32_t index,
                                   const port *output, const int64_t *shape, uint32_t rank, size_t count) {
    size_t length = 0;
    quinion_error *error = failed(ort->GetStringTensorDataLength(value, &length), output->info.name);
    if (error != NULL) return error;
    unsigned char *data = NULL;
    error = allocate(request->execution, index, output, shape, rank, length + 4 * (uint64_t)count, (void **)&data);
    for (size_t i = 0; error == NULL && i < count; i++) {
        size_t size = 0;
        error = failed(ort->GetStringTensorElementLength(value, i, &size), output->info.name);
        if (error != NULL) break;
        for (int byte = 0; byte < 4; byte++) *data++ = (unsigned char)(size >> 8 * byte);
        if (size > 0) error = failed(ort->GetStringTensorElement(value, size, i, data), output->info.name);
        data += size;
    }
    return error;
}

/* Whether the first run had the shape that the names of dimensions promise. */
static void learn(const quinion_instance *instance, const quinion_request *request, uint32_t index, const int64_t *shape,
                  uint32_t rank) {
    const port *output = &instance->model->outputs[index];
    shape_rule *rule = &instance->model->rules[index];
    if (atomic_load(&rule->state) != SHAPE_UNPROVEN) return;
    int64_t expected[MAX_RANK];
    predict(output, rule, request, expected);
    const bool holds = rank == output->info.rank && memcmp(shape, expected, rank * sizeof *shape) == 0;
    atomic_store(&rule->state, holds ? SHAPE_FOLLOWS : SHAPE_UNKNOWN);
}

static quinion_error *copy_output(const quinion_instance *instance, const quinion_request *request, uint32_t index,
                                  OrtValue *value) {
    const port *output = &instance->model->outputs[index];
    OrtTensorTypeAndShapeInfo *info = NULL;
    int64_t shape[MAX_RANK];
    size_t rank = 0, count = 0;
    quinion_error *error = failed(ort->GetTensorTypeAndShape(value, &info), output->info.name);
    if (error != NULL) return error;
    error = failed(ort->GetDimensionsCount(info, &rank), output->info.name);
    if (error == NULL && rank > MAX_RANK) error = host->error_create(QUINION_INTERNAL, "an output has more than 32 dimensions");
    if (error == NULL) error = failed(ort->GetDimensions(info, shape, rank), output->info.name);
    if (error == NULL) error = failed(ort->GetTensorShapeElementCount(info, &count), output->info.name);
    ort->ReleaseTensorTypeAndShapeInfo(info);
    if (error != NULL) return error;
    if (output->type == ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING) {
        return copy_strings(value, request, index, output, shape, (uint32_t)rank, count);
    }
    void *from = NULL, *to = NULL;
    const uint64_t bytes = count * (uint64_t)datatype_width(output->info.datatype);
    error = failed(ort->GetTensorMutableData(value, &from), output->info.name);
    if (error == NULL) error = allocate(request->execution, index, output, shape, (uint32_t)rank, bytes, &to);
    if (error == NULL && bytes > 0) memcpy(to, from, bytes);
    if (error == NULL) learn(instance, request, index, shape, (uint32_t)rank);
    return error;
}

/* Execution */

static quinion_error *bind_inputs(const quinion_instance *instance, const quinion_request *request) {
    for (size_t i = 0; i < request->input_count; i++) {
        quinion_error *error = bind_input(instance, i, &request->inputs[i]);
        if (error != NULL) return error;
    }
    return NULL;
}

/* Output `index` as the engine makes it, to be copied. */
static quinion_error *bind_apart(const quinion_instance *instance, uint32_t index) {
    return failed(ort->BindOutputToDevice(instance->binding, instance->model->outputs[index].info.name, instance->memory),
                  "binding");
}

static quinion_error *bind_outputs(const quinion_instance *instance, const quinion_request *request, bool in_place[]) {
    for (size_t i = 0; i < request->output_count; i++) {
        const uint32_t index = request->outputs[i];
        in_place[i] = atomic_load(&instance->model->rules[index].state) == SHAPE_FOLLOWS;
        quinion_error *error = in_place[i] ? bind_in_place(instance, request, index) : bind_apart(instance, index);
        if (error != NULL) return error;
    }
    return NULL;
}

static void stop(void *options) {
    OrtStatus *status = ort->RunOptionsSetTerminate(options);
    if (status != NULL) ort->ReleaseStatus(status);
}

static quinion_error *failed_run(OrtStatus *status, bool *misfits) {
    const char *text = ort->GetErrorMessage(status);
    *misfits = is_misfit(text);
    if (!*misfits) return failed(status, "running the model");
    quinion_error *error = invalid("running the model: %s", text);
    ort->ReleaseStatus(status);
    return error;
}

static quinion_error *run(const quinion_instance *instance, const quinion_request *request, bool *misfits) {
    cancellable item = {.host = host, .execution = request->execution, .stop = stop, .engine = instance->options};
    host->execution_phase(request->execution, QUINION_PHASE_COMPUTE);
    cancellable_begin(&item);
    OrtStatus *status = ort->RunWithBinding(instance->model->session, instance->options, instance->binding);
    const bool stopped = cancellable_end(&item);
    host->execution_phase(request->execution, QUINION_PHASE_OUTPUT);
    if (stopped) {
        OrtStatus *unset = ort->RunOptionsUnsetTerminate(instance->options);
        if (unset != NULL) ort->ReleaseStatus(unset);
        if (status != NULL) {
            ort->ReleaseStatus(status);
            return host->error_create(QUINION_CANCELLED, "the execution was stopped");
        }
    }
    return status == NULL ? NULL : failed_run(status, misfits);
}

/*
 * A run that failed because of shapes, with outputs in place: either the request is at fault, or a shape that followed the
 * inputs' until now does not always. A run with outputs apart tells. The host gives room once, so this request is lost either
 * way; the next one is not.
 */
static quinion_error *unlearn(const quinion_instance *instance, const quinion_request *request, const bool in_place[],
                              quinion_error *failure) {
    quinion_error *error = NULL;
    bool misfits = false;
    ort->ClearBoundOutputs(instance->binding);
    for (size_t i = 0; error == NULL && i < request->output_count; i++) error = bind_apart(instance, request->outputs[i]);
    if (error == NULL) error = run(instance, request, &misfits);
    if (error != NULL) {
        host->error_release(error);
        return failure;
    }
    for (size_t i = 0; i < request->output_count; i++) {
        if (in_place[i]) atomic_store(&instance->model->rules[request->outputs[i]].state, SHAPE_UNKNOWN);
    }
    host->error_release(failure);
    return host->error_create(QUINION_UNAVAILABLE, "the outputs' shapes do not follow the inputs' as the model says; send the request again");
}

static quinion_error *collect(const quinion_instance *instance, const quinion_request *request, const bool in_place[]) {
    OrtValue **values = NULL;
    size_t count = 0;
    quinion_error *error =
        failed(ort->GetBoundOutputValues(instance->binding, instance->allocator, &values, &count), "reading the outputs");
    if (error != NULL) return error;
    if (count != request->output_count) error = host->error_create(QUINION_INTERNAL, "the engine lost an output");
    for (size_t i = 0; i < count; i++) {
        if (error == NULL && !in_place[i]) {
            host->counter_add(instance->model->scope, "outputs_copied", 1);
            error = copy_output(instance, request, request->outputs[i], values[i]);
        }
        ort->ReleaseValue(values[i]);
    }
    if (values != NULL) instance->allocator->Free(instance->allocator, values);
    return error;
}

quinion_error *execute(quinion_instance *instance, const quinion_request *request) {
    bool *in_place = calloc(request->output_count + 1, sizeof *in_place);
    if (in_place == NULL) return out_of_memory();
    bool misfits = false;
    quinion_error *error = bind_inputs(instance, request);
    if (error == NULL) error = bind_outputs(instance, request, in_place);
    if (error == NULL) error = run(instance, request, &misfits);
    if (misfits && memchr(in_place, true, request->output_count) != NULL) error = unlearn(instance, request, in_place, error);
    if (error == NULL) error = collect(instance, request, in_place);
    /* What was bound is the request's. */
    ort->ClearBoundInputs(instance->binding);
    ort->ClearBoundOutputs(instance->binding);
    free(in_place);
    return error;
}
