#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend.h"
#include "external_data.h"

enum { HEAD_BYTES = 8 };

/* What the bytes of a format must be, lest ONNX, which names other files, comes under its name. */
typedef enum { PROTOBUF, XML, FLATBUFFER } encoding;

static const struct {
    const char *extension, *platform;
    encoding encoding;
} formats[] = {
    {".onnx", "openvino_onnx", PROTOBUF},
    {".xml", "openvino_ir", XML},
    {".pb", "openvino_tensorflow", PROTOBUF},
    {".savedmodel", "openvino_tensorflow", PROTOBUF},
    {".tflite", "openvino_tflite", FLATBUFFER},
    {".pdmodel", "openvino_paddle", PROTOBUF},
};

static quinion_error *check_head(const char *path, encoding encoding) {
    unsigned char head[HEAD_BYTES] = {0};
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t count = file < 0 ? -1 : read(file, head, sizeof head);
    const int fault = errno;
    if (file >= 0) close(file);
    if (count < 0) return invalid("reading the model: the file cannot be read: %s", strerror(fault));
    /* Neither '<' nor a byte order mark begins a protocol buffer: they are tags of no kind that one begins with. */
    const bool is_xml = head[0] == '<' || memcmp(head, "\xEF\xBB\xBF<", 4) == 0;
    if (encoding == XML && !is_xml) return invalid("reading the model: the file is no XML");
    /* https://flatbuffers.dev/internals: the identifier of a file follows its first offset. */
    if (encoding == FLATBUFFER && memcmp(head + 4, "TFL3", 4) != 0) return invalid("reading the model: the file is no TensorFlow Lite model");
    return NULL;
}

/*
 * The engine tries its readers on a file until one takes it, by content: its name alone would let ONNX through with paths to
 * other files in it. Whatever is a protocol buffer is therefore read as ONNX would be; the other formats' first bytes are none.
 */
static quinion_error *check_content(const char *path, encoding encoding) {
    char reason[MESSAGE_BYTES / 2];
    struct stat status;
    if (stat(path, &status) != 0) return invalid("reading the model: %s", strerror(errno));
    if (S_ISDIR(status.st_mode)) return NULL;
    if (encoding != PROTOBUF) return check_head(path, encoding);
    if (external_data_is_contained(path, reason, sizeof reason)) return NULL;
    return invalid("reading the model: the file %s", reason);
}

quinion_error *format_of(const char *path, const char **platform) {
    const char *extension = strrchr(path, '.');
    for (size_t i = 0; extension != NULL && i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(extension, formats[i].extension) != 0) continue;
        *platform = formats[i].platform;
        return check_content(path, formats[i].encoding);
    }
    return invalid("'%s' ends in none of .onnx, .xml, .pb, .savedmodel, .tflite and .pdmodel: set 'file' in config.json", path);
}
