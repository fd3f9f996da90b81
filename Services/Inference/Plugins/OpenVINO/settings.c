#include <string.h>

#include "backend.h"
#include "parameter.h"

enum { MAX_STREAMS = 64 };

quinion_error *settings_read(const quinion_model_spec *spec, settings *result) {
    *result = (settings){
        .precision = "f32",
        .threads = spec->cpu_count > 0 ? (long)spec->cpu_count : 1,
        .streams = spec->instance_count > 0 ? (long)spec->instance_count : 1,
    };
    for (size_t i = 0; i < spec->parameter_count; i++) {
        const quinion_parameter *parameter = &spec->parameters[i];
        quinion_error *error = NULL;
        if (strcmp(parameter->key, "precision") == 0) {
            if (strcmp(parameter->value, "f32") != 0 && strcmp(parameter->value, "bf16") != 0) {
                error = invalid("parameter 'precision' is '%s', expected f32 or bf16", parameter->value);
            }
            result->precision = parameter->value;
        } else if (strcmp(parameter->key, "threads") == 0) {
            error = parameter_threads(host, parameter, &result->threads);
        } else if (strcmp(parameter->key, "streams") == 0) {
            error = parameter_integer(host, parameter, 1, MAX_STREAMS, &result->streams);
        } else {
            error = invalid("unknown parameter '%s'; known are: precision, streams, threads", parameter->key);
        }
        if (error != NULL) return error;
    }
    return NULL;
}
