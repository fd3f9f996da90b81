import CTesseract
import ServiceAPI

/// One Tesseract engine.
///
/// Stateful and not to be shared: each reading process has its own, on one thread.
final class Tesseract {
    private let handle: OpaquePointer
    let languages: String

    /// Pixels a side that Tesseract's binarisation takes (thresholder.cpp, 5.3.0).
    static let sideLimit = 32_767

    /// Dots per inch that Tesseract believes (publictypes.h).
    static let credibleResolutions = 70...2400

    static var version: String { String(cString: TessVersion()) }

    /// Loads the languages' models from the library's own data folder or `TESSDATA_PREFIX`.
    /// - Throws: `language_not_installed`.
    init(languages: String) throws(RecognitionError) {
        guard let handle = TessBaseAPICreate() else { throw .outOfMemory }
        self.handle = handle
        self.languages = languages
        guard TessBaseAPIInit3(handle, nil, languages) == 0 else {
            throw RecognitionError(
                .languageMissing, "languages: Tesseract has no model for one of '\(languages)'", field: "languages")
        }
        // Results must not depend on the pages read before, and Tesseract's remarks have no reader.
        for (name, value) in [("classify_enable_learning", "0"), ("debug_file", "/dev/null")] {
            TessBaseAPISetVariable(handle, name, value)
        }
    }

    /// Height over width above which a page is a strip such as a till receipt.
    ///
    /// A strip is one column: looking for more of them parts prices from their articles (word F1 0.776 against 0.749
    /// on 30 receipts of SROIE).
    private static let stripRatio = 1.8

    deinit {
        TessBaseAPIEnd(handle)
        TessBaseAPIDelete(handle)
    }

    /// Reads a clean, upright picture; boxes are in its pixels.
    /// - Throws: `time_limit_exceeded` when words were left unread at the deadline.
    func read(_ picture: Picture, resolution: Int, milliseconds: Int) throws(RecognitionError) -> [TextSegment] {
        defer { TessBaseAPIClear(handle) }
        let isStrip = picture.size.height > Self.stripRatio * picture.size.width
        TessBaseAPISetPageSegMode(handle, isStrip ? PSM_SINGLE_BLOCK : PSM_AUTO)
        TessBaseAPISetImage2(handle, picture.pix)
        TessBaseAPISetSourceResolution(handle, Int32(resolution))
        guard let monitor = TessMonitorCreate() else { throw .outOfMemory }
        defer { TessMonitorDelete(monitor) }
        TessMonitorSetDeadlineMSecs(monitor, Int32(clamping: milliseconds))
        guard TessBaseAPIRecognize(handle, monitor) == 0 else {
            throw RecognitionError(
                .timeLimit, "reading the page took longer than \(milliseconds) ms (limit.page_time)")
        }
        return segments()
    }

    /// Lines as Tesseract found them, one segment each.
    ///
    /// Its own text writers abort the process on noise blocks (`ASSERT_HOST` in 5.3.0), so the result is walked word by
    /// word.
    private func segments() -> [TextSegment] {
        guard let results = TessBaseAPIGetIterator(handle) else { return [] }
        defer { TessResultIteratorDelete(results) }
        let place = TessResultIteratorGetPageIterator(results)
        var segments: [TextSegment] = []
        var words: [TextWord] = []
        repeat {
            if TessPageIteratorIsAtBeginningOf(place, RIL_TEXTLINE) != 0 {
                if let segment = TextSegment(words) { segments.append(segment) }
                words = []
            }
            if let word = word(at: place, results) { words.append(word) }
        } while TessResultIteratorNext(results, RIL_WORD) != 0
        if let segment = TextSegment(words) { segments.append(segment) }
        return segments
    }

    private func word(at place: OpaquePointer?, _ results: OpaquePointer) -> TextWord? {
        let kind = TessPageIteratorBlockType(place)
        // PT_FLOWING_TEXT to PT_CAPTION_TEXT are text; after them stand pictures, rules and noise.
        guard kind.rawValue <= PT_CAPTION_TEXT.rawValue,
            let utf8 = TessResultIteratorGetUTF8Text(results, RIL_WORD)
        else { return nil }
        defer { TessDeleteText(utf8) }
        let text = String(cString: utf8)
        var (left, top, right, bottom): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        guard !text.allSatisfy(\.isWhitespace),
            TessPageIteratorBoundingBox(place, RIL_WORD, &left, &top, &right, &bottom) != 0
        else { return nil }
        let confidence = Double(TessResultIteratorConfidence(results, RIL_WORD)) / 100
        return TextWord(
            text: text,
            box: BoundingBox(left: Double(left), top: Double(top), right: Double(right), bottom: Double(bottom)),
            confidence: min(max(0, confidence), 1))
    }
}
