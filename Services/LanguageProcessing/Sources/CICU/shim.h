#pragma once
#include <unicode/ubrk.h>
#include <unicode/utext.h>
#include <unicode/uvernum.h>

// ICU renames its functions with macros (ubrk_open_72), which Swift does not see; these are plain functions.

typedef struct quinion_breaks {
    UBreakIterator *iterator;
    UText *text;
} quinion_breaks;

static inline void quinion_breaks_close(quinion_breaks *breaks) {
    if (breaks->iterator) ubrk_close(breaks->iterator);
    if (breaks->text) utext_close(breaks->text);
    breaks->iterator = 0;
    breaks->text = 0;
}

/// Opens an iterator over UTF-8 that must outlive it. Returns 0, or ICU's error number after closing everything.
static inline int quinion_breaks_open(
    quinion_breaks *breaks, int sentences, const char *locale, const char *utf8, int64_t length
) {
    UErrorCode status = U_ZERO_ERROR;
    breaks->text = utext_openUTF8(0, utf8, length, &status);
    breaks->iterator = ubrk_open(sentences ? UBRK_SENTENCE : UBRK_WORD, locale, 0, 0, &status);
    ubrk_setUText(breaks->iterator, breaks->text, &status);
    if (U_FAILURE(status)) {
        quinion_breaks_close(breaks);
        return status;
    }
    ubrk_first(breaks->iterator);
    return 0;
}

/// The next boundary as a byte offset, or -1 at the end.
static inline int32_t quinion_breaks_next(quinion_breaks *breaks) {
    int32_t next = ubrk_next(breaks->iterator);
    return next == UBRK_DONE ? -1 : next;
}

static inline const char *quinion_icu_version(void) { return U_ICU_VERSION; }
