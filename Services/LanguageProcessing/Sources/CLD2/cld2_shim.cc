#include "cld2_shim.h"

// CLD2's header uses FILE without including it.
#include <cstdio>

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

quinion_language quinion_detect_language(const char *utf8, int length) {
    CLD2::Language languages[3] = {CLD2::UNKNOWN_LANGUAGE, CLD2::UNKNOWN_LANGUAGE, CLD2::UNKNOWN_LANGUAGE};
    int percents[3] = {0, 0, 0};
    double scores[3] = {0, 0, 0};
    int text_bytes = 0;
    int valid_prefix = 0;
    bool reliable = false;
    CLD2::CLDHints hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
    CLD2::Language summary = CLD2::ExtDetectLanguageSummaryCheckUTF8(
        utf8, length, true, &hints, 0, languages, percents, scores, nullptr, &text_bytes, &reliable, &valid_prefix);
    quinion_language result = {CLD2::LanguageCode(summary), 0, reliable, text_bytes};
    for (int i = 0; i < 3; i++) {
        if (languages[i] == summary) result.percent = percents[i];
    }
    return result;
}

const char *quinion_cld2_version(void) { return CLD2::DetectLanguageVersion(); }
