/*
 * What the server and an engine's process say to each other.
 *
 * A control socket carries the model's life and the plugin's log; a socket per instance carries its executions, so that
 * instances do not wait for one another. Tensors do not travel: they lie in memory that both map, one region per instance
 * for inputs, one for outputs. Both sides are the same build for the same processor: structures go as they are.
 */
#ifndef QUINION_WIRE_H
#define QUINION_WIRE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WIRE_VERSION = 3,                  /* of all that is said here; each side is configured by itself */
    WIRE_CONTROL_FILE = 3,             /* the control socket, as the process finds it */
    WIRE_MESSAGE_LIMIT = 16 << 20,     /* bytes of a message */
    WIRE_RANK_LIMIT = 64,
    WIRE_ALIGNMENT = 64,               /* of tensors in a region */
    WIRE_HEADER_BYTES = 4096,          /* of the region of inputs, before its tensors */
    WIRE_KEPT_BYTES = 32 << 20         /* a region gives its memory back after more than this was used */
};

static const size_t WIRE_REGION_LIMIT = (size_t)2 << 30;

typedef enum {
    WIRE_START = 1,    /* → version, plugin's path, model's specification; ← WIRE_MODEL or WIRE_FAILURE */
    WIRE_MODEL,        /* platform, engine, inputs, outputs */
    WIRE_OPEN,         /* → an instance: its index, its processors; three files follow: socket, inputs, outputs; ← WIRE_DONE or WIRE_FAILURE */
    WIRE_CLOSE,        /* → an instance: its index; ← WIRE_DONE */
    WIRE_EXECUTE,      /* → on an instance's socket; ← WIRE_DONE with the outputs, or WIRE_FAILURE */
    WIRE_DONE,
    WIRE_FAILURE,      /* code and message of an error */
    WIRE_LOG,          /* ← level, text */
    WIRE_COUNTER,      /* ← name, amount */
    WIRE_GAUGE         /* ← name, value */
} wire_kind;

/* First in the region of inputs. */
typedef struct {
    atomic_uint is_cancelled; /* of the execution that runs */
} wire_region_header;

/* A message that is being written or read. Reading past its end gives zeros and sets `is_broken`. */
typedef struct {
    uint32_t kind;
    bool is_broken;
    size_t size, position, capacity;
    unsigned char *bytes;
} wire_message;

wire_message wire_begin(wire_kind kind);
void wire_free(wire_message *message);
void wire_put(wire_message *message, const void *bytes, size_t size);
void wire_put_u32(wire_message *message, uint32_t value);
void wire_put_u64(wire_message *message, uint64_t value);
void wire_put_text(wire_message *message, const char *text);
void wire_get(wire_message *message, void *bytes, size_t size);
uint32_t wire_get_u32(wire_message *message);
uint64_t wire_get_u64(wire_message *message);
/* Valid until the message is freed; never NULL. */
const char *wire_get_text(wire_message *message);

/* Both return false when the other side is gone or says what is no message. Files are closed by nobody here. */
bool wire_send(int socket, wire_message *message, const int *files, size_t file_count);
bool wire_receive(int socket, wire_message *message, int *files, size_t file_count);

/*
 * Memory of both sides. All that it may become is mapped at once, so that it grows without moving; only as much as the file
 * has may be touched.
 */
typedef struct {
    int file;
    unsigned char *bytes;
    size_t size; /* of the file, as far as this side has grown it */
} wire_region;

bool wire_region_create(wire_region *region, const char *name);
/* The region of a file that came from the other side; takes the file. */
bool wire_region_attach(wire_region *region, int file);
bool wire_region_reserve(wire_region *region, size_t size);
/* Whether these bytes may be touched. */
bool wire_region_holds(const wire_region *region, uint64_t position, uint64_t size);
/* Gives memory back after `used` bytes of it, where those were many. */
void wire_region_discard(const wire_region *region, uint64_t used);
void wire_region_free(wire_region *region);

size_t wire_align(size_t position);

#endif
