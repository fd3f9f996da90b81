#include "misfit.h"

#include <stddef.h>
#include <string.h>

bool is_misfit(const char *message) {
    static const char *const words[] = {"shape", "Shape", "dimension", "Dimension", "broadcast", "out of bounds", "indices"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strstr(message, words[i]) != NULL) return true;
    }
    return false;
}
