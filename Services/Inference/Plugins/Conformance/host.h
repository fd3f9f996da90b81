/* A host that watches what a plugin does with it. */
#ifndef CONFORMANCE_HOST_H
#define CONFORMANCE_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "quinion_backend.h"

struct quinion_error {
    quinion_error_code code;
    char *message;
};

/* An output as the plugin has written it, in memory that ends where the next page may not be touched. */
typedef struct {
    bool is_requested;
    void *data; /* NULL: not allocated */
    uint64_t byte_size;
    uint32_t rank;
    int64_t shape[64];
} output;

struct quinion_execution {
    const quinion_model_info *info;
    output *outputs; /* per output of the model */
    uint64_t limit;
    unsigned char fill;    /* what fresh output memory holds */
    bool is_cancelled;
    bool refuses;          /* output_allocate answers with an error */
    char violation[512];   /* the first thing that the plugin did against the interface */
};

extern const quinion_host watching_host;

/* Errors that were made and neither returned nor released. */
long errors_alive(void);

/* Takes an error back: its code, and its message copied to `message`. */
quinion_error_code error_take(quinion_error *error, char *message, size_t message_size);

/* `size` bytes that end at a page which may not be touched. */
void *guarded_allocate(size_t size);
void guarded_make_read_only(void *data, size_t size);
void guarded_free(void *data, size_t size);

#endif
