/* The last few combinations of input shapes with which a model went well. Any thread may use it. */
#ifndef OPENVINO_SOUND_SHAPES_H
#define OPENVINO_SOUND_SHAPES_H

#include <pthread.h>
#include <stdbool.h>

#include "quinion_backend.h"

enum { SOUND_SHAPES = 16 };

typedef struct {
    pthread_mutex_t lock;
    int64_t *dimensions[SOUND_SHAPES]; /* of all inputs one after the other; NULL where there is none yet */
    unsigned next;                     /* to be replaced */
} sound_shapes;

void sound_shapes_init(sound_shapes *shapes);
void sound_shapes_free(sound_shapes *shapes);
bool sound_shapes_include(sound_shapes *shapes, const quinion_request *request);
void sound_shapes_add(sound_shapes *shapes, const quinion_request *request);

#endif
