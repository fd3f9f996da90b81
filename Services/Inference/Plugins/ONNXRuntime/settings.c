#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"

enum { MAX_THREADS = 1024 };

static quinion_error *read_threads(const char *value, long *result) {
    char *end = NULL;
    errno = 0;
    *result = strtol(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || *result < 1 || *result > MAX_THREADS) {
        return invalid("parameter 'threads' is '%s', expected 1 to 1024", value);
    }
    return NULL;
}

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
            error = read_threads(parameter->value, &result->threads);
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
