#include "compression.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

struct compression_stream {
    z_stream zlib;
    int deflates;
};

/* zlib's windowBits: the largest window, plus 16 for gzip's header instead of zlib's. */
static int window(compression_format format) { return format == COMPRESSION_GZIP ? MAX_WBITS + 16 : MAX_WBITS; }

compression_stream *compression_inflate_create(compression_format format) {
    compression_stream *stream = calloc(1, sizeof *stream);
    if (stream != NULL && inflateInit2(&stream->zlib, window(format)) != Z_OK) {
        free(stream);
        return NULL;
    }
    return stream;
}

compression_stream *compression_deflate_create(compression_format format, int level) {
    compression_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) return NULL;
    stream->deflates = 1;
    if (deflateInit2(&stream->zlib, level, Z_DEFLATED, window(format), 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(stream);
        return NULL;
    }
    return stream;
}

void compression_destroy(compression_stream *stream) {
    if (stream->deflates) {
        deflateEnd(&stream->zlib);
    } else {
        inflateEnd(&stream->zlib);
    }
    free(stream);
}

compression_result compression_step(compression_stream *stream, const uint8_t *input, size_t input_count, size_t *taken,
                                    uint8_t *output, size_t output_count, size_t *given) {
    z_stream *zlib = &stream->zlib;
    const uInt input_part = input_count > UINT_MAX ? UINT_MAX : (uInt)input_count;
    const uInt output_part = output_count > UINT_MAX ? UINT_MAX : (uInt)output_count;
    zlib->next_in = (Bytef *)(uintptr_t)input; /* zlib does not write there; its type is older than const */
    zlib->avail_in = input_part;
    zlib->next_out = output;
    zlib->avail_out = output_part;
    const int flush = stream->deflates && input_part == input_count ? Z_FINISH : Z_NO_FLUSH;
    const int result = stream->deflates ? deflate(zlib, flush) : inflate(zlib, flush);
    *taken = input_part - zlib->avail_in;
    *given = output_part - zlib->avail_out;
    switch (result) {
    case Z_STREAM_END: return COMPRESSION_END;
    case Z_OK:
    case Z_BUF_ERROR: return COMPRESSION_MORE;
    case Z_MEM_ERROR: return COMPRESSION_NO_MEMORY;
    default: return COMPRESSION_BROKEN;
    }
}

size_t compression_bound(compression_stream *stream, size_t count) { return deflateBound(&stream->zlib, (uLong)count); }
