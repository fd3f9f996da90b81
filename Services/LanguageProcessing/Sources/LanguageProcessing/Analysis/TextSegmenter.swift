import CICU
import ServiceAPI

/// Sentences and words by the Unicode rules (UAX #29), cut by ICU.
///
/// An ICU iterator holds state, so each call opens its own and closes it before it returns.
enum TextSegmenter {
    enum Unit {
        case sentence
        case word
    }

    static var icuVersion: String { String(cString: quinion_icu_version()) }

    /// The segments of a text without the white space around them, in code points.
    static func spans(of text: String, _ unit: Unit, language: String) throws -> [TextSpan] {
        var bytes = Array(text.utf8)
        if unit == .sentence { joinWrappedLines(&bytes) }
        return try bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress, !bytes.isEmpty else { return [] }
            var breaks = quinion_breaks()
            let status = base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                quinion_breaks_open(&breaks, unit == .sentence ? 1 : 0, language, $0, Int64(bytes.count))
            }
            guard status == 0 else {
                throw LanguageProcessingError(.invalid, "ICU cannot segment the text: error \(status)", field: "text")
            }
            defer { quinion_breaks_close(&breaks) }
            var spans: [TextSpan] = []
            var counter = CodePointCounter(bytes)
            var start = 0
            while true {
                let next = quinion_breaks_next(&breaks)
                guard next >= 0 else { return spans }
                if let inner = trimmed(bytes, start..<Int(next)) {
                    let first = counter.position(of: inner.lowerBound)
                    spans.append(TextSpan(start: first, end: counter.position(of: inner.upperBound)))
                }
                start = Int(next)
            }
        }
    }

    /// The part of a range between its white space; nil when it is nothing else.
    private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int>? {
        var lower = range.lowerBound
        var upper = range.lowerBound
        var position = range.lowerBound
        while position < range.upperBound {
            let start = position
            let isSpace = CharacterClasses.shared.whitespace.contains(WordReader.scalar(in: bytes, at: &position))
            if isSpace {
                if start == lower { lower = position }
            } else {
                upper = position
            }
        }
        return lower < upper ? lower..<upper : nil
    }

    /// A line this long that does not end a sentence was wrapped, and goes on in the next line.
    private static let wrappedLength = 50

    /// Turns single line breaks inside running text into spaces, which take as many bytes: ICU ends a sentence at each
    /// line break, but a PDF's text and a page of print break lines anywhere.
    private static func joinWrappedLines(_ bytes: inout [UInt8]) {
        var lineStart = 0
        var position = 0
        while position < bytes.count {
            guard bytes[position] == 0x0A else {
                position += 1
                continue
            }
            var next = position + 1
            while next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x09 { next += 1 }
            let last = position > lineStart && bytes[position - 1] == 0x0D ? position - 1 : position
            if next < bytes.count, bytes[next] != 0x0A, bytes[next] != 0x0D, last > lineStart {
                let goesOn = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[next])
                let isOpen = !".!?:;".utf8.contains(bytes[last - 1])
                if goesOn || (isOpen && last - lineStart >= wrappedLength) {
                    for i in last...position { bytes[i] = 0x20 }
                }
            }
            lineStart = position + 1
            position += 1
        }
    }
}

/// Turns rising byte offsets of UTF-8 into code points without starting over.
struct CodePointCounter {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var byte = 0
    private var codePoint = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// - Parameter offset: not smaller than in the call before.
    mutating func position(of offset: Int) -> Int {
        while byte < offset {
            if bytes[byte] & 0xC0 != 0x80 { codePoint += 1 }
            byte += 1
        }
        return codePoint
    }
}
