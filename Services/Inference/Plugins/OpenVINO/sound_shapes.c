#include "sound_shapes.h"

#include <stdlib.h>
#include <string.h>

void sound_shapes_init(sound_shapes *shapes) {
    memset(shapes, 0, sizeof *shapes);
    pthread_mutex_init(&shapes->lock, NULL);
}

void sound_shapes_free(sound_shapes *shapes) {
    for (unsigned i = 0; i < SOUND_SHAPES; i++) free(shapes->dimensions[i]);
    pthread_mutex_destroy(&shapes->lock);
}

/* Ranks are the model's: all combinations have the same length. */
static bool equals(const int64_t *dimensions, const quinion_request *request) {
    for (size_t i = 0; i < request->input_count; i++) {
        const quinion_tensor *input = &request->inputs[i];
        if (memcmp(dimensions, input->shape, input->rank * sizeof *dimensions) != 0) return false;
        dimensions += input->rank;
    }
    return true;
}

static bool find(const sound_shapes *shapes, const quinion_request *request) {
    for (unsigned i = 0; i < SOUND_SHAPES && shapes->dimensions[i] != NULL; i++) {
        if (equals(shapes->dimensions[i], request)) return true;
    }
    return false;
}

bool sound_shapes_include(sound_shapes *shapes, const quinion_request *request) {
    pthread_mutex_lock(&shapes->lock);
    const bool found = find(shapes, request);
    pthread_mutex_unlock(&shapes->lock);
    return found;
}

void sound_shapes_add(sound_shapes *shapes, const quinion_request *request) {
    pthread_mutex_lock(&shapes->lock);
    if (!find(shapes, request)) {
        size_t count = 1;
        for (size_t i = 0; i < request->input_count; i++) count += request->inputs[i].rank;
        int64_t *dimensions = malloc(count * sizeof *dimensions), *end = dimensions;
        for (size_t i = 0; dimensions != NULL && i < request->input_count; i++) {
            const quinion_tensor *input = &request->inputs[i];
            memcpy(end, input->shape, input->rank * sizeof *end);
            end += input->rank;
        }
        /* Without memory it is merely not remembered. */
        if (dimensions != NULL) {
            free(shapes->dimensions[shapes->next]);
            shapes->dimensions[shapes->next] = dimensions;
            shapes->next = (shapes->next + 1) % SOUND_SHAPES;
        }
    }
    pthread_mutex_unlock(&shapes->lock);
}
