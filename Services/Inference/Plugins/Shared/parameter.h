/* Settings of a model that several plugins have. */
#ifndef QUINION_PARAMETER_H
#define QUINION_PARAMETER_H

#include "quinion_backend.h"

/* An integer of this range, or the error that names the parameter and the range. */
quinion_error *parameter_integer(const quinion_host *host, const quinion_parameter *parameter, long least, long most,
                                 long *result);

/* `threads`: 1 to 1024. */
quinion_error *parameter_threads(const quinion_host *host, const quinion_parameter *parameter, long *result);

#endif
