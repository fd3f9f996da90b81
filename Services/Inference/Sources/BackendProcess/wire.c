#define _GNU_SOURCE

#include "wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Messages */

typedef struct {
    uint32_t kind, size;
} frame;

enum { MAX_FILES = 3 };

wire_message wire_begin(wire_kind kind) {
    return (wire_message){.kind = kind};
}

void wire_free(wire_message *message) {
    free(message->bytes);
    message->bytes = NULL;
}

void wire_put(wire_message *message, const void *bytes, size_t size) {
    if (message->is_broken || size == 0) return;
    if (size > message->capacity - message->size) {
        const size_t capacity = (message->size + size) * 2;
        unsigned char *grown = capacity > 2 * (size_t)WIRE_MESSAGE_LIMIT ? NULL : realloc(message->bytes, capacity);
        if (grown == NULL) {
            message->is_broken = true;
            return;
        }
        message->bytes = grown;
        message->capacity = capacity;
    }
    memcpy(message->bytes + message->size, bytes, size);
    message->size += size;
}

void wire_put_u32(wire_message *message, uint32_t value) {
    wire_put(message, &value, sizeof value);
}

void wire_put_u64(wire_message *message, uint64_t value) {
    wire_put(message, &value, sizeof value);
}

void wire_put_text(wire_message *message, const char *text) {
    const size_t length = strlen(text == NULL ? "" : text);
    wire_put_u32(message, (uint32_t)length);
    wire_put(message, text == NULL ? "" : text, length + 1);
}

void wire_get(wire_message *message, void *bytes, size_t size) {
    if (message->is_broken || size > message->size - message->position) {
        message->is_broken = true;
        memset(bytes, 0, size);
        return;
    }
    memcpy(bytes, message->bytes + message->position, size);
    message->position += size;
}

uint32_t wire_get_u32(wire_message *message) {
    uint32_t value;
    wire_get(message, &value, sizeof value);
    return value;
}

uint64_t wire_get_u64(wire_message *message) {
    uint64_t value;
    wire_get(message, &value, sizeof value);
    return value;
}

const char *wire_get_text(wire_message *message) {
    const size_t length = wire_get_u32(message), left = message->size - message->position;
    if (message->is_broken || left == 0 || length > left - 1 || message->bytes[message->position + length] != '\0') {
        message->is_broken = true;
        return "";
    }
    const char *text = (const char *)message->bytes + message->position;
    message->position += length + 1;
    return text;
}

/* Sockets */

static bool send_all(int socket, const void *bytes, size_t size) {
    for (const char *from = bytes; size > 0;) {
        const ssize_t count = send(socket, from, size, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        from += count;
        size -= (size_t)count;
    }
    return true;
}

static bool receive_all(int socket, void *bytes, size_t size) {
    for (char *to = bytes; size > 0;) {
        const ssize_t count = recv(socket, to, size, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        to += count;
        size -= (size_t)count;
    }
    return true;
}

typedef union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(MAX_FILES * sizeof(int))];
} ancillary;

bool wire_send(int socket, wire_message *message, const int *files, size_t file_count) {
    if (message->is_broken || message->size > WIRE_MESSAGE_LIMIT || file_count > MAX_FILES) return false;
    frame frame = {message->kind, (uint32_t)message->size};
    struct iovec parts[] = {{&frame, sizeof frame}, {message->bytes, message->size}};
    ancillary control = {0};
    struct msghdr header = {.msg_iov = parts, .msg_iovlen = 2};
    if (file_count > 0) {
        header.msg_control = control.bytes;
        header.msg_controllen = CMSG_SPACE(file_count * sizeof(int));
        struct cmsghdr *files_header = CMSG_FIRSTHDR(&header);
        files_header->cmsg_level = SOL_SOCKET;
        files_header->cmsg_type = SCM_RIGHTS;
        files_header->cmsg_len = CMSG_LEN(file_count * sizeof(int));
        memcpy(CMSG_DATA(files_header), files, file_count * sizeof(int));
    }
    ssize_t count;
    do count = sendmsg(socket, &header, MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    if (count < (ssize_t)sizeof frame) return false;
    const size_t sent = (size_t)count - sizeof frame;
    return send_all(socket, message->bytes + sent, message->size - sent);
}

static void take_files(struct msghdr *header, int *files, size_t file_count) {
    size_t taken = 0;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part != NULL; part = CMSG_NXTHDR(header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        const size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int file;
            memcpy(&file, CMSG_DATA(part) + i * sizeof file, sizeof file);
            if (taken < file_count) files[taken++] = file;
            else close(file);
        }
    }
}

bool wire_receive(int socket, wire_message *message, int *files, size_t file_count) {
    frame frame = {0};
    struct iovec part = {&frame, sizeof frame};
    ancillary control = {0};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t count;
    for (size_t i = 0; i < file_count; i++) files[i] = -1;
    do count = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    while (count < 0 && errno == EINTR);
    if (count <= 0) return false;
    take_files(&header, files, file_count);
    if (!receive_all(socket, (char *)&frame + count, sizeof frame - (size_t)count)) return false;
    if (frame.size > WIRE_MESSAGE_LIMIT) return false;
    *message = (wire_message){.kind = frame.kind, .size = frame.size, .capacity = frame.size};
    if (frame.size == 0) return true;
    message->bytes = malloc(frame.size);
    if (message->bytes != NULL && receive_all(socket, message->bytes, frame.size)) return true;
    wire_free(message);
    return false;
}

/* Regions */

static bool map(wire_region *region) {
    void *bytes = mmap(NULL, WIRE_REGION_LIMIT, PROT_READ | PROT_WRITE, MAP_SHARED, region->file, 0);
    if (bytes == MAP_FAILED) return false;
    region->bytes = bytes;
    return true;
}

bool wire_region_create(wire_region *region, const char *name) {
    *region = (wire_region){.file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING)};
    /*
     * What the other side cannot shorten cannot end this side by SIGBUS; and it shall not add seals of its own, which would
     * keep this side from growing the file, or the next process from writing to it.
     */
    return region->file >= 0 && fcntl(region->file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL) == 0 && map(region);
}

bool wire_region_attach(wire_region *region, int file) {
    struct stat status;
    *region = (wire_region){.file = file};
    if (file < 0 || fstat(file, &status) != 0) return false;
    /* An earlier process may have grown it, and nobody can shrink it. */
    region->size = (size_t)status.st_size;
    return map(region);
}

bool wire_region_reserve(wire_region *region, size_t size) {
    if (size <= region->size) return true;
    if (size > WIRE_REGION_LIMIT) return false;
    if (ftruncate(region->file, (off_t)size) != 0) return false;
    region->size = size;
    return true;
}

bool wire_region_holds(const wire_region *region, uint64_t position, uint64_t size) {
    struct stat status;
    uint64_t end;
    if (__builtin_add_overflow(position, size, &end) || end > WIRE_REGION_LIMIT) return false;
    return end <= region->size || (fstat(region->file, &status) == 0 && end <= (uint64_t)status.st_size);
}

void wire_region_discard(const wire_region *region, uint64_t used) {
    if (used <= WIRE_KEPT_BYTES) return;
    /* A hole, because the file itself must not become shorter; it costs nothing until it is written to again. */
    fallocate(region->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, (off_t)used);
}

void wire_region_free(wire_region *region) {
    if (region->bytes != NULL) munmap(region->bytes, WIRE_REGION_LIMIT);
    if (region->file >= 0) close(region->file);
    *region = (wire_region){.file = -1};
}

size_t wire_align(size_t position) {
    return (position + WIRE_ALIGNMENT - 1) / WIRE_ALIGNMENT * WIRE_ALIGNMENT;
}
