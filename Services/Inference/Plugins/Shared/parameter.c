#include "parameter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_THREADS = 1024, MESSAGE_BYTES = 512 };

quinion_error *parameter_integer(const quinion_host *host, const quinion_parameter *parameter, long least, long most,
                                 long *result) {
    char *end = NULL;
    errno = 0;
    const long value = strtol(parameter->value, &end, 10);
    if (errno == 0 && end != parameter->value && *end == '\0' && value >= least && value <= most) return *result = value, NULL;
    char message[MESSAGE_BYTES];
    snprintf(message, sizeof message, "parameter '%s' is '%.200s', expected %ld to %ld", parameter->key, parameter->value, least,
             most);
    return host->error_create(QUINION_INVALID_ARGUMENT, message);
}

quinion_error *parameter_threads(const quinion_host *host, const quinion_parameter *parameter, long *result) {
    return parameter_integer(host, parameter, 1, MAX_THREADS, result);
}
