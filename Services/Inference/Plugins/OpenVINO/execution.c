#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "cancellation.h"
#include "misfit.h"

/* Instance */

quinion_error *instance_create(quinion_model *model, uint32_t index, quinion_instance **result) {
    (void)index;
    quinion_instance *instance = calloc(1, sizeof *instance);
    if (instance == NULL) return out_of_memory();
    instance->model = model;
    const ov_status_e status = ov_compiled_model_create_infer_request(model->compiled, &instance->request);
    if (status != OK) {
        free(instance);
        return failed(QUINION_UNAVAILABLE, status, "creating an infer request");
    }
    *result = instance;
    return NULL;
}

void instance_destroy(quinion_instance *instance) {
    ov_infer_request_free(instance->request);
    free(instance);
}

/* Lends the request's bytes to the engine without a copy; the infer request forgets them with the next set_input. */
static quinion_error *set_input(quinion_instance *instance, size_t index, const quinion_tensor *input) {
    ov_element_type_e type;
    if (input->memory.kind != QUINION_MEMORY_CPU || !to_engine_datatype(input->datatype, &type)) {
        return host->error_create(QUINION_UNSUPPORTED, "an input is not a CPU tensor of a supported datatype");
    }
    const ov_shape_t shape = {.rank = input->rank, .dims = (int64_t *)input->shape};
    ov_tensor_t *tensor = NULL;
    ov_status_e status = ov_tensor_create_from_host_ptr(type, shape, (void *)input->data, &tensor);
    if (status == OK) {
        status = ov_infer_request_set_input_tensor_by_index(instance->request, index, tensor);
        ov_tensor_free(tensor);
    }
    return status == OK ? NULL : failed(QUINION_INVALID_ARGUMENT, status, input->name);
}

static quinion_error *copy_tensor(const ov_tensor_t *tensor, quinion_execution *execution, uint32_t index) {
    ov_element_type_e type;
    quinion_datatype datatype;
    ov_shape_t shape;
    size_t bytes = 0;
    void *source = NULL;
    ov_status_e status = ov_tensor_get_element_type(tensor, &type);
    if (status == OK) status = ov_tensor_get_byte_size(tensor, &bytes);
    if (status == OK && bytes > 0) status = ov_tensor_data(tensor, &source);
    if (status != OK || !to_host_datatype(type, &datatype)) {
        return failed(QUINION_INTERNAL, status, "reading an output");
    }
    status = ov_tensor_get_shape(tensor, &shape);
    if (status != OK) return failed(QUINION_INTERNAL, status, "reading an output's shape");
    quinion_buffer target = {.byte_size = bytes};
    quinion_error *error =
        host->output_allocate(execution, index, datatype, (uint32_t)shape.rank, shape.dims, &target);
    if (error == NULL && bytes > 0) memcpy(target.data, source, bytes);
    ov_shape_free(&shape);
    return error;
}

/* The engine owns its outputs until the next inference: they are copied once, into the host's memory. */
static quinion_error *get_output(quinion_instance *instance, quinion_execution *execution, uint32_t index) {
    ov_tensor_t *tensor = NULL;
    const ov_status_e status = ov_infer_request_get_output_tensor_by_index(instance->request, index, &tensor);
    if (status != OK) return failed(QUINION_INTERNAL, status, "reading an output");
    quinion_error *error = copy_tensor(tensor, execution, index);
    ov_tensor_free(tensor);
    return error;
}

static quinion_error *failed_inference(ov_status_e status) {
    char message[MESSAGE_BYTES];
    describe_failure(message, status, "running the model");
    return host->error_create(is_misfit(message) ? QUINION_INVALID_ARGUMENT : QUINION_INTERNAL, message);
}

static void stop(void *request) {
    ov_infer_request_cancel(request);
}

static quinion_error *set_inputs(quinion_instance *instance, const quinion_request *request) {
    for (size_t i = 0; i < request->input_count; i++) {
        quinion_error *error = set_input(instance, i, &request->inputs[i]);
        if (error != NULL) return error;
    }
    return NULL;
}

/* One inference; `*status` is not OK when it fails, and an error is returned only when it was stopped. */
static quinion_error *infer(quinion_instance *instance, const quinion_request *request, ov_status_e *status) {
    cancellable item = {.host = host, .execution = request->execution, .stop = stop, .engine = instance->request};
    cancellable_begin(&item);
    *status = ov_infer_request_infer(instance->request);
    const bool stopped = cancellable_end(&item);
    return stopped && *status != OK ? host->error_create(QUINION_CANCELLED, "the execution was stopped") : NULL;
}

/* Runs the model on zeros of other shapes; whether that went well. */
static bool infer_elsewhere(quinion_instance *instance, const quinion_request *request, int64_t factor, int64_t more) {
    ov_status_e status = OK;
    for (size_t i = 0; status == OK && i < request->input_count; i++) {
        const quinion_tensor_info *info = &instance->model->inputs[i];
        int64_t dimensions[MAX_RANK];
        for (uint32_t d = 0; d < info->rank; d++) {
            dimensions[d] = info->shape[d] >= 0 ? info->shape[d] : request->inputs[i].shape[d] * factor + more;
        }
        ov_element_type_e type;
        ov_tensor_t *tensor = NULL;
        void *data = NULL;
        size_t bytes = 0;
        const ov_shape_t shape = {.rank = info->rank, .dims = dimensions};
        if (!to_engine_datatype(info->datatype, &type)) return false;
        status = ov_tensor_create(type, shape, &tensor);
        if (status == OK) status = ov_tensor_get_byte_size(tensor, &bytes);
        if (status == OK) status = ov_tensor_data(tensor, &data);
        if (status == OK) memset(data, 0, bytes);
        if (status == OK) status = ov_infer_request_set_input_tensor_by_index(instance->request, i, tensor);
        if (tensor != NULL) ov_tensor_free(tensor);
    }
    return status == OK && ov_infer_request_infer(instance->request) == OK;
}

/*
 * OpenVINO 2026.4 (CPU): when inputs that do not fit each other fail, inputs of the shapes that last went well fail too, for
 * ever, in every request of the stream, until others go well in between. So one bad request would take a model away from
 * everybody. Shapes that are known to be sound are therefore tried again after a run on other ones.
 */
static quinion_error *recover(quinion_instance *instance, const quinion_request *request, ov_status_e *status) {
    static const struct {
        int64_t factor, more;
    } others[] = {{1, 1}, {2, 0}, {0, 1}};
    quinion_error *error = NULL;
    for (size_t i = 0; *status != OK && error == NULL && i < sizeof others / sizeof *others; i++) {
        if (!infer_elsewhere(instance, request, others[i].factor, others[i].more)) continue;
        error = set_inputs(instance, request);
        if (error == NULL) error = infer(instance, request, status);
    }
    return error;
}

quinion_error *execute(quinion_instance *instance, const quinion_request *request) {
    ov_status_e status = OK;
    quinion_error *error = set_inputs(instance, request);
    if (error != NULL) return error;
    host->execution_phase(request->execution, QUINION_PHASE_COMPUTE);
    error = infer(instance, request, &status);
    if (error == NULL && status != OK && sound_shapes_include(&instance->model->sound, request)) {
        error = recover(instance, request, &status);
    }
    if (error != NULL) return error;
    if (status != OK) return failed_inference(status);
    host->execution_phase(request->execution, QUINION_PHASE_OUTPUT);
    sound_shapes_add(&instance->model->sound, request);
    for (size_t i = 0; i < request->output_count; i++) {
        error = get_output(instance, request->execution, request->outputs[i]);
        if (error != NULL) return error;
    }
    return NULL;
}
