/* What the files of this plugin share. */
#ifndef ONNXRUNTIME_BACKEND_H
#define ONNXRUNTIME_BACKEND_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <onnxruntime/onnxruntime_c_api.h>

#include "quinion_backend.h"

enum { MESSAGE_BYTES = 4096, MAX_RANK = 32 };

extern const quinion_host *host;
extern const OrtApi *ort;

/* An input or output as the engine describes it. */
typedef struct {
    quinion_tensor_info info; /* name, shape: owned */
    ONNXTensorElementDataType type;
    char **axes; /* per dimension its symbolic name, "" where it has none; owned */
} port;

/* Where a free dimension of an output comes from. */
typedef struct {
    uint32_t input, dimension;
} origin;

/*
 * Whether an output can be written straight into the host's memory. That needs its shape before the run, which follows from
 * the inputs' where dimensions have the same symbolic names. Models err in those names, so the first run shows whether they
 * are true.
 */
enum { SHAPE_UNKNOWN, SHAPE_UNPROVEN, SHAPE_FOLLOWS };

typedef struct {
    atomic_int state;
    origin *origins; /* per dimension; unused where the dimension is fixed */
} shape_rule;

struct quinion_model {
    OrtSession *session;
    const quinion_scope *scope;
    size_t input_count, output_count;
    port *inputs, *outputs;
    shape_rule *rules; /* per output */
    quinion_tensor_info *input_infos, *output_infos;
};

struct quinion_instance {
    quinion_model *model;
    OrtIoBinding *binding;
    OrtRunOptions *options;
    OrtMemoryInfo *memory; /* the processor's */
    OrtAllocator *allocator; /* the engine's default; not owned */
};

/* errors */
quinion_error *invalid(const char *format, ...) __attribute__((format(printf, 1, 2)));
quinion_error *out_of_memory(void);
/* Takes the status. NULL for NULL. */
quinion_error *failed(OrtStatus *status, const char *doing);

/* settings.c */
typedef struct {
    long threads; /* 0: the pool that all models share */
    GraphOptimizationLevel optimization;
    bool arena;
} settings;
quinion_error *settings_read(const quinion_model_spec *spec, settings *result);

/* signature.c */
quinion_error *signature_read(quinion_model *model);
void signature_free(quinion_model *model);
bool datatype_of(ONNXTensorElementDataType type, quinion_datatype *result);

/* execution.c */
quinion_error *instance_create(quinion_model *model, uint32_t index, quinion_instance **result);
void instance_destroy(quinion_instance *instance);
quinion_error *execute(quinion_instance *instance, const quinion_request *request);

#endif
