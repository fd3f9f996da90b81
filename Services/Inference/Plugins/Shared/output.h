/* What the server demands of an output before it gives room for it; here for hosts that are written in C. */
#ifndef QUINION_OUTPUT_H
#define QUINION_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quinion_backend.h"

/* Whether an output of this datatype, shape and size is what the model declares. Where not, `reason` says why. */
bool output_is_declared(const quinion_tensor_info *declared, quinion_datatype datatype, uint32_t rank, const int64_t *shape,
                        uint64_t byte_size, char *reason, size_t reason_size);

#endif
