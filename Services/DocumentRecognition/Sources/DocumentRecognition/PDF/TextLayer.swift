import CPDFium
import ServiceAPI

/// The characters that a PDF page itself says it shows, and whether they can be believed.
struct TextLayer {
    struct Glyph {
        var scalar: Unicode.Scalar
        /// In the page's display space; spans the font's height where the font says so.
        var box: BoundingBox
        /// Clockwise quarter turns of the page that would let this glyph stand upright.
        var quarterTurns: Int
        /// The glyph follows a space or a line break.
        var startsWord: Bool
        var startsLine: Bool
    }

    private(set) var glyphs: [Glyph] = []
    /// Characters whose font does not say which letter they are.
    private(set) var unmapped = 0

    /// Characters read of one page; more is no page that a person reads.
    private static let characterLimit = 500_000

    init(_ page: PDFPage) {
        guard let text = FPDFText_LoadPage(page.raw) else { return }
        defer { FPDFText_ClosePage(text) }
        let count = min(Int(FPDFText_CountChars(text)), Self.characterLimit)
        guard count > 0 else { return }
        glyphs.reserveCapacity(count)
        var (startsWord, startsLine) = (true, true)
        var pendingSurrogate: UInt32?
        for index in 0..<Int32(count) {
            guard let value = Self.value(text, index, &pendingSurrogate) else { continue }
            guard let scalar = Unicode.Scalar(value), !Self.isGarbage(scalar),
                FPDFText_HasUnicodeMapError(text, index) != 1
            else {
                unmapped += 1
                continue
            }
            if scalar.properties.isWhitespace {
                startsWord = true
                startsLine = startsLine || scalar == "\n" || scalar == "\r"
                continue
            }
            guard let box = Self.box(text, index, page) else { continue }
            glyphs.append(
                Glyph(
                    scalar: scalar, box: box, quarterTurns: Self.quarterTurns(text, index, page),
                    startsWord: startsWord, startsLine: startsLine))
            (startsWord, startsLine) = (false, false)
        }
    }

    /// The quarter turns that let most glyphs stand upright.
    var dominantQuarterTurns: Int {
        var counts = [0, 0, 0, 0]
        for glyph in glyphs { counts[glyph.quarterTurns] += 1 }
        return counts.indices.max { counts[$0] < counts[$1] } ?? 0
    }

    /// A page of which images cover this share is a scan; its text layer must be rich to be its content.
    private static let scanCoverage = 0.5
    private static let richLayer = 100
    /// Share of characters without meaning above which a text layer is taken for garbage.
    private static let garbageShare = 0.2

    /// Whether the layer is the page's content: not a page number on a scan, not codes of a font without names.
    func isTrustworthy(beside content: PDFPage.Content) -> Bool {
        if glyphs.isEmpty, unmapped == 0 { return content.isEmpty }
        if Double(unmapped) > Self.garbageShare * Double(glyphs.count + unmapped) { return false }
        return content.imageCoverage < Self.scanCoverage || glyphs.count >= Self.richLayer
    }

    /// The character's code point; nil for nothing and for the first half of a surrogate pair.
    private static func value(_ text: FPDF_TEXTPAGE, _ index: Int32, _ pending: inout UInt32?) -> UInt32? {
        let value = FPDFText_GetUnicode(text, index)
        if value == 0 { return nil }
        // PDFium marks a hyphen at the end of a line with U+0002.
        if value == 2 || FPDFText_IsHyphen(text, index) == 1 { return 0x2D }
        if (0xD800..<0xDC00).contains(value) {
            pending = value
            return nil
        }
        if let high = pending, (0xDC00..<0xE000).contains(value) {
            pending = nil
            return 0x10000 + (high - 0xD800) << 10 + (value - 0xDC00)
        }
        pending = nil
        return value
    }

    private static func isGarbage(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .privateUse, .unassigned, .surrogate: true
        case .control: !scalar.properties.isWhitespace
        default: scalar == "\u{FFFD}"
        }
    }

    private static func box(_ text: FPDF_TEXTPAGE, _ index: Int32, _ page: PDFPage) -> BoundingBox? {
        var (left, right, bottom, top) = (0.0, 0.0, 0.0, 0.0)
        var loose = FS_RECTF()
        let tight = FPDFText_GetCharBox(text, index, &left, &right, &bottom, &top) != 0
        if FPDFText_GetLooseCharBox(text, index, &loose) != 0 {
            let (a, b) = (Double(min(loose.bottom, loose.top)), Double(max(loose.bottom, loose.top)))
            // Fonts with senseless metrics exist; then the glyph's own box is the better one.
            if !tight || b - a <= 2 * max(FPDFText_GetFontSize(text, index), top - bottom) {
                return page.display(left: Double(loose.left), bottom: a, right: Double(loose.right), top: b)
            }
        }
        return tight ? page.display(left: left, bottom: bottom, right: right, top: top) : nil
    }

    private static func quarterTurns(_ text: FPDF_TEXTPAGE, _ index: Int32, _ page: PDFPage) -> Int {
        // PDFium's angle is clockwise in the page's own space (tried with a page of text at 90 degrees).
        let clockwise = Double(FPDFText_GetCharAngle(text, index)) / (.pi / 2)
        guard clockwise.isFinite else { return 0 }
        return (-Int(clockwise.rounded()) - page.quarterTurns) & 3
    }
}
