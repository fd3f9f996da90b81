/*
 * Walks the protocol buffer (https://protobuf.dev/programming-guides/encoding) along the fields of onnx.proto that lead to
 * tensors, and skips all others, weights among them, without reading them.
 */
#define _GNU_SOURCE

#include "external_data.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 1 << 16, MAX_DEPTH = 64 };

typedef struct {
    int file;
    uint64_t block_start, block_end; /* the part of the file that `block` holds */
    unsigned char *block;
    char folder[PATH_MAX]; /* resolved, ends in '/' */
    char *reason;
    size_t reason_size;
} walk;

static bool fail(walk *walk, const char *format, const char *detail) {
    snprintf(walk->reason, walk->reason_size, format, detail);
    return false;
}

/* Bytes */

static bool read_byte(walk *walk, uint64_t position, unsigned char *byte) {
    if (position < walk->block_start || position >= walk->block_end) {
        const ssize_t count = pread(walk->file, walk->block, BLOCK, (off_t)position);
        if (count <= 0) return fail(walk, "cannot be read: %s", count < 0 ? strerror(errno) : "it became shorter");
        walk->block_start = position;
        walk->block_end = position + (uint64_t)count;
    }
    *byte = walk->block[position - walk->block_start];
    return true;
}

static bool read_varint(walk *walk, uint64_t *position, uint64_t end, uint64_t *value) {
    *value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        unsigned char byte;
        if (*position >= end) return fail(walk, "is no ONNX model: %s", "a number is cut off");
        if (!read_byte(walk, (*position)++, &byte)) return false;
        *value |= (uint64_t)(byte & 0x7F) << shift;
        if ((byte & 0x80) == 0) return true;
    }
    return fail(walk, "is no ONNX model: %s", "a number is too long");
}

typedef struct {
    uint64_t number;
    bool is_block;
    uint64_t start, end; /* of a block */
} field;

enum wire_type { VARINT, FIXED64, BLOCK_OF_BYTES, GROUP_START, GROUP_END, FIXED32 };

static bool pass_value(walk *walk, uint64_t tag, uint64_t *position, uint64_t end, field *field) {
    uint64_t length = 0;
    switch (tag & 7) {
    case VARINT: return read_varint(walk, position, end, &length);
    case FIXED64: length = 8; break;
    case BLOCK_OF_BYTES:
        if (!read_varint(walk, position, end, &length)) return false;
        break;
    case FIXED32: length = 4; break;
    default: return fail(walk, "is no ONNX model: %s", "a field has an unknown kind");
    }
    if (length > end - *position) return fail(walk, "is no ONNX model: %s", "it is cut off");
    field->start = *position;
    field->end = *position += length;
    return true;
}

/* onnx.proto has no groups, and engines' parsers pass over them: so does this one, or a group would hide what follows it. */
static bool pass_group(walk *walk, uint64_t *position, uint64_t end, field *field) {
    for (uint64_t depth = 1, tag; depth > 0;) {
        if (!read_varint(walk, position, end, &tag)) return false;
        if ((tag & 7) == GROUP_START) depth++;
        else if ((tag & 7) == GROUP_END) depth--;
        else if (!pass_value(walk, tag, position, end, field)) return false;
    }
    return true;
}

static bool next_field(walk *walk, uint64_t *position, uint64_t end, field *field) {
    uint64_t tag;
    if (!read_varint(walk, position, end, &tag)) return false;
    field->number = tag >> 3;
    field->is_block = (tag & 7) == BLOCK_OF_BYTES;
    return (tag & 7) == GROUP_START ? pass_group(walk, position, end, field) : pass_value(walk, tag, position, end, field);
}

/* Places */

/* Whether a component of the path is "..". */
static bool climbs(const char *path) {
    for (const char *from = path; (from = strstr(from, "..")) != NULL; from += 2) {
        if ((from == path || from[-1] == '/') && (from[2] == '/' || from[2] == '\0')) return true;
    }
    return false;
}

static bool check_location(walk *walk, const char *location) {
    if (location[0] == '/') return fail(walk, "names external data by the absolute path '%s'", location);
    char joined[2 * PATH_MAX], resolved[PATH_MAX];
    snprintf(joined, sizeof joined, "%s%s", walk->folder, location);
    if (realpath(joined, resolved) == NULL) return fail(walk, "names external data '%s', which is not there", location);
    if (climbs(location) || strncmp(resolved, walk->folder, strlen(walk->folder)) != 0) {
        return fail(walk, "names external data '%s' outside of its folder", location);
    }
    struct stat status;
    if (stat(resolved, &status) != 0 || !S_ISREG(status.st_mode)) {
        return fail(walk, "names external data '%s', which is no file", location);
    }
    if (status.st_nlink > 1) return fail(walk, "names external data '%s', which is a hard link", location);
    return true;
}

/* StringStringEntryProto: key = 1, value = 2. */
static bool check_entry(walk *walk, uint64_t position, uint64_t end) {
    char key[16] = "", value[PATH_MAX] = "";
    while (position < end) {
        field field;
        if (!next_field(walk, &position, end, &field)) return false;
        if (!field.is_block || (field.number != 1 && field.number != 2)) continue;
        char *const target = field.number == 1 ? key : value;
        const uint64_t room = field.number == 1 ? sizeof key : sizeof value;
        const uint64_t length = field.end - field.start;
        /* A key too long to be kept is not "location". */
        if (length >= room && field.number == 1) continue;
        if (length >= room) return fail(walk, "names external data by %s", "too long a path");
        for (uint64_t i = 0; i < length; i++) {
            unsigned char byte;
            if (!read_byte(walk, field.start + i, &byte)) return false;
            if (byte == 0) return fail(walk, "names external data by %s", "a path with a zero byte");
            target[i] = (char)byte;
        }
        target[length] = '\0';
    }
    return strcmp(key, "location") != 0 || check_location(walk, value);
}

/* Messages */

enum message { SKIPPED, MODEL, GRAPH, NODE, ATTRIBUTE, TENSOR, SPARSE_TENSOR, FUNCTION, TRAINING, ENTRY };

/* Which messages lead to tensors, by the field numbers of onnx.proto. */
static enum message submessage(enum message parent, uint64_t number) {
    static const struct {
        enum message parent;
        unsigned char number;
        enum message child;
    } fields[] = {
        {MODEL, 7, GRAPH},          {MODEL, 20, TRAINING},       {MODEL, 25, FUNCTION},
        {GRAPH, 1, NODE},           {GRAPH, 5, TENSOR},          {GRAPH, 15, SPARSE_TENSOR},
        {NODE, 5, ATTRIBUTE},       {ATTRIBUTE, 5, TENSOR},      {ATTRIBUTE, 6, GRAPH},
        {ATTRIBUTE, 10, TENSOR},    {ATTRIBUTE, 11, GRAPH},      {ATTRIBUTE, 22, SPARSE_TENSOR},
        {ATTRIBUTE, 23, SPARSE_TENSOR},
        {SPARSE_TENSOR, 1, TENSOR}, {SPARSE_TENSOR, 2, TENSOR},  {FUNCTION, 7, NODE},
        {FUNCTION, 11, ATTRIBUTE},  {TRAINING, 1, GRAPH},        {TRAINING, 2, GRAPH},
        {TENSOR, 13, ENTRY},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (fields[i].parent == parent && fields[i].number == number) return fields[i].child;
    }
    return SKIPPED;
}

static bool check_message(walk *walk, enum message kind, uint64_t position, uint64_t end, int depth) {
    if (kind == ENTRY) return check_entry(walk, position, end);
    if (depth > MAX_DEPTH) return fail(walk, "is nested %s", "too deeply");
    while (position < end) {
        field field;
        if (!next_field(walk, &position, end, &field)) return false;
        const enum message child = field.is_block ? submessage(kind, field.number) : SKIPPED;
        if (child != SKIPPED && !check_message(walk, child, field.start, field.end, depth + 1)) return false;
    }
    return true;
}

bool external_data_is_contained(const char *path, char *reason, size_t reason_size) {
    walk walk = {.file = -1, .reason = reason, .reason_size = reason_size};
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash - path + 1), slash == NULL ? "." : path);
    if (realpath(folder, walk.folder) == NULL || strlen(walk.folder) + 2 > sizeof walk.folder) {
        return fail(&walk, "is in a folder that cannot be found: %s", strerror(errno));
    }
    if (strcmp(walk.folder, "/") != 0) strcat(walk.folder, "/");
    struct stat status;
    bool contained = false;
    walk.file = open(path, O_RDONLY | O_CLOEXEC);
    walk.block = malloc(BLOCK);
    if (walk.file < 0 || fstat(walk.file, &status) != 0) {
        fail(&walk, "cannot be opened: %s", strerror(errno));
    } else if (!S_ISREG(status.st_mode) || status.st_size == 0) {
        fail(&walk, "is %s", S_ISREG(status.st_mode) ? "empty" : "no file");
    } else if (walk.block == NULL) {
        fail(&walk, "cannot be read: %s", "out of memory");
    } else {
        contained = check_message(&walk, MODEL, 0, (uint64_t)status.st_size, 0);
    }
    free(walk.block);
    if (walk.file >= 0) close(walk.file);
    return contained;
}
