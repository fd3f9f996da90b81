#pragma once
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct quinion_language {
    /// BCP 47 tag in static storage; "un" when unknown.
    const char *code;
    /// Share of the text in this language, 0 to 100.
    int percent;
    bool reliable;
    /// Bytes of letters that the answer rests on.
    int text_bytes;
} quinion_language;

/// Detects the main language of valid UTF-8. Keeps no state; may be called from several threads at once.
quinion_language quinion_detect_language(const char *utf8, int length);

const char *quinion_cld2_version(void);

#ifdef __cplusplus
}
#endif
