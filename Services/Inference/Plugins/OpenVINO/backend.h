/* What the files of this plugin share. */
#ifndef OPENVINO_BACKEND_H
#define OPENVINO_BACKEND_H

#include <stdbool.h>

#include <openvino/c/openvino.h>

#include "quinion_backend.h"
#include "sound_shapes.h"

enum { MESSAGE_BYTES = 4096, MAX_RANK = 32 };

extern const quinion_host *host;

struct quinion_model {
    ov_compiled_model_t *compiled;
    const char *platform;
    size_t input_count;
    quinion_tensor_info *inputs;
    size_t output_count;
    quinion_tensor_info *outputs;
    sound_shapes sound;
};

struct quinion_instance {
    quinion_model *model;
    ov_infer_request_t *request;
};

/* errors */
quinion_error *invalid(const char *format, ...) __attribute__((format(printf, 1, 2)));
quinion_error *out_of_memory(void);
quinion_error *failed(quinion_error_code code, ov_status_e status, const char *doing);
void describe_failure(char message[MESSAGE_BYTES], ov_status_e status, const char *doing);

/* format.c: the model's format by its name, after a look at its content. */
quinion_error *format_of(const char *path, const char **platform);

/* settings.c */
typedef struct {
    const char *precision;
    long threads, streams;
} settings;
quinion_error *settings_read(const quinion_model_spec *spec, settings *result);

/* ports.c */
quinion_error *ports_read(quinion_model *model);
void ports_free(quinion_model *model);
bool to_host_datatype(ov_element_type_e engine, quinion_datatype *result);
bool to_engine_datatype(quinion_datatype datatype, ov_element_type_e *result);

/* execution.c */
quinion_error *instance_create(quinion_model *model, uint32_t index, quinion_instance **result);
void instance_destroy(quinion_instance *instance);
quinion_error *execute(quinion_instance *instance, const quinion_request *request);

#endif
