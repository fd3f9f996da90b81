/* Streams of RFC 1952 (gzip) and RFC 1950 (zlib, which HTTP calls deflate), in steps, so that the caller bounds memory. */
#ifndef QUINION_COMPRESSION_H
#define QUINION_COMPRESSION_H

#include <stddef.h>
#include <stdint.h>

typedef enum { COMPRESSION_GZIP, COMPRESSION_ZLIB } compression_format;

typedef enum {
    COMPRESSION_MORE,      /* the output is full, or the input is used up before the stream's end */
    COMPRESSION_END,       /* the stream is complete; its checksum is right */
    COMPRESSION_BROKEN,    /* the input is no such stream */
    COMPRESSION_NO_MEMORY
} compression_result;

typedef struct compression_stream compression_stream;

/* NULL when there is no memory. */
compression_stream *compression_inflate_create(compression_format format);
/* level 1 (fast) to 9 (small). */
compression_stream *compression_deflate_create(compression_format format, int level);
void compression_destroy(compression_stream *stream);

/* Says how much it took and gave. `input` is all that is left of the whole; a deflation ends with its last byte. */
compression_result compression_step(compression_stream *stream, const uint8_t *input, size_t input_count, size_t *taken,
                                    uint8_t *output, size_t output_count, size_t *given);

/* Bytes that a deflation of so many bytes takes at most. */
size_t compression_bound(compression_stream *stream, size_t count);

#endif
