/// What a character from a document may do in a rendered page, whatever the page's language.
enum ScalarClass: Equatable {
    case printable
    /// Rendered as one space.
    case space
    /// Left out: has no shape of its own.
    case invisible
    /// Could act on the text around it or on a terminal; shown by its number.
    case control

    init(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x20, 0x09, 0x0A, 0x0D, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
            self = .space
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFFF9...0xFFFB:
            self = .control
        case 0xAD, 0x200B, 0x2060...0x2065, 0xFEFF, 0xE0000...0xE0FFF:
            self = .invisible
        default:
            // U+xxFFFE and U+xxFFFF are no characters, nor are U+FDD0...U+FDEF.
            self = scalar.value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(scalar.value) ? .control : .printable
        }
    }
}

extension Unicode.Scalar {
    /// `U+202E`.
    var notation: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
