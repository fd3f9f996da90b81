/* The plugin and model under test, and what is done with them. Whatever fails ends the process: see verdict.h. */
#ifndef CONFORMANCE_SUBJECT_H
#define CONFORMANCE_SUBJECT_H

#include "host.h"

enum { MAX_SETTINGS = 64 };

/* The command line. */
typedef struct arguments {
    const char *plugin, *model;
    size_t parameter_count, shape_count;
    quinion_parameter parameters[MAX_SETTINGS];
    struct {
        const char *input;
        size_t rank;
        int64_t dimensions[64];
    } shapes[MAX_SETTINGS];
    unsigned timeout_seconds;
} arguments;

typedef struct {
    const arguments *arguments;
    const quinion_backend *table;
    quinion_backend_state *state;
} backend;

typedef struct {
    const backend *backend;
    quinion_model *handle;
    quinion_model_info info;
} model;

/* The inputs of one execution. */
typedef struct {
    size_t count;
    quinion_tensor *tensors;
} inputs;

backend backend_open(const arguments *arguments);

/* The specification of the model on the command line; `file` in its place where not NULL. */
quinion_model_spec model_spec(const arguments *arguments, const char *file, uint32_t instances);
model model_load(const backend *backend, uint32_t instances);
void model_unload(model *model);

quinion_instance *instance_open(const model *model, uint32_t index);
void instance_close(const model *model, quinion_instance *instance);

/* Every free dimension is `size`, unless the command line says otherwise; `changed` alone has one that is larger by 1. */
inputs inputs_make(const arguments *arguments, const quinion_model_info *info, int64_t size, const quinion_tensor_info *changed);
void inputs_free(inputs *inputs);

/* An execution that requests every output, or `only` this one. */
quinion_execution execution_make(const quinion_model_info *info, const uint32_t *only, unsigned char fill);
void execution_free(quinion_execution *execution);
/* NULL, or the plugin's error. */
quinion_error *execution_run(const model *model, quinion_instance *instance, const inputs *inputs, quinion_execution *execution);
/* Runs and demands success, no violation and every output. */
void execution_succeed(const model *model, quinion_instance *instance, const inputs *inputs, quinion_execution *execution);
/* Demands that both have the same outputs, floating-point ones within 1e-3. */
void executions_agree(const quinion_model_info *info, const quinion_execution *one, const quinion_execution *other);

#endif
