#include "datatype.h"

uint32_t datatype_width(quinion_datatype datatype) {
    switch (datatype) {
    case QUINION_BOOL: case QUINION_UINT8: case QUINION_INT8: return 1;
    case QUINION_UINT16: case QUINION_INT16: case QUINION_FP16: case QUINION_BF16: return 2;
    case QUINION_UINT32: case QUINION_INT32: case QUINION_FP32: return 4;
    case QUINION_UINT64: case QUINION_INT64: case QUINION_FP64: return 8;
    default: return 0;
    }
}
