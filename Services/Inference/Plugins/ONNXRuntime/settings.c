#include <string.h>

#include "backend.h"
#include "parameter.h"

static quinion_error *read_optimization(const char *value, GraphOptimizationLevel *result) {
    static const struct {
        const char *name;
        GraphOptimizationLevel level;
    } levels[] = {
        {"none", ORT_DISABLE_ALL}, {"basic", ORT_ENABLE_BASIC}, {"extended", ORT_ENABLE_EXTENDED}, {"all", ORT_ENABLE_ALL}};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (strcmp(value, levels[i].name) == 0) return *result = levels[i].level, NULL;
    }
    return invalid("parameter 'optimization' is '%s', expected none, basic, extended or all", value);
}

quinion_error *settings_read(const quinion_model_spec *spec, settings *result) {
    *result = (settings){.optimization = ORT_ENABLE_ALL, .arena = true};
    for (size_t i = 0; i < spec->parameter_count; i++) {
        const quinion_parameter *parameter = &spec->parameters[i];
        quinion_error *error = NULL;
        if (strcmp(parameter->key, "threads") == 0) {
            error = parameter_threads(host, parameter, &result->threads);
        } else if (strcmp(parameter->key, "optimization") == 0) {
            error = read_optimization(parameter->value, &result->optimization);
        } else if (strcmp(parameter->key, "arena") == 0) {
            result->arena = strcmp(parameter->value, "true") == 0;
            if (!result->arena && strcmp(parameter->value, "false") != 0) {
                error = invalid("parameter 'arena' is '%s', expected true or false", parameter->value);
            }
        } else {
            error = invalid("unknown parameter '%s'; known are: arena, optimization, threads", parameter->key);
        }
        if (error != NULL) return error;
    }
    return NULL;
}
