#include "output.h"

#include <stdio.h>

#include "datatype.h"

static bool matches(const quinion_tensor_info *declared, uint32_t rank, const int64_t *shape, uint64_t *elements) {
    *elements = 1;
    if (rank != declared->rank) return false;
    for (uint32_t i = 0; i < rank; i++) {
        if (shape[i] < 0 || (declared->shape[i] >= 0 && declared->shape[i] != shape[i])) return false;
        if (__builtin_mul_overflow(*elements, (uint64_t)shape[i], elements)) return false;
    }
    return true;
}

bool output_is_declared(const quinion_tensor_info *declared, quinion_datatype datatype, uint32_t rank, const int64_t *shape,
                        uint64_t byte_size, char *reason, size_t reason_size) {
    uint64_t elements = 0, bytes = 0;
    if (datatype != declared->datatype) {
        snprintf(reason, reason_size, "output '%s' has datatype %d, the model declares %d", declared->name, (int)datatype,
                 (int)declared->datatype);
        return false;
    }
    if ((shape == NULL && rank > 0) || !matches(declared, rank, shape, &elements)) {
        snprintf(reason, reason_size, "output '%s' has another shape than the model declares", declared->name);
        return false;
    }
    const uint32_t width = datatype_width(datatype);
    if (width > 0 && (__builtin_mul_overflow(elements, (uint64_t)width, &bytes) || bytes != byte_size)) {
        snprintf(reason, reason_size, "output '%s' asks for %llu bytes, which its shape does not need", declared->name,
                 (unsigned long long)byte_size);
        return false;
    }
    return true;
}
