/// Names of documents, which come from outside and are shown, and offered as file names.
package enum DocumentName {
    /// The last component, without control characters and marks that turn the direction of text, at most 255 bytes.
    package static func sanitized(_ name: String) -> String {
        let last = name.split { $0 == "/" || $0 == "\\" }.last ?? ""
        var result = ""
        for character in last {
            let isShown = character.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: false
                default: true
                }
            }
            guard isShown else { continue }
            guard result.utf8.count + character.utf8.count <= 255 else { break }
            result.append(character)
        }
        let isEmpty = result.allSatisfy { $0 == "." || $0.isWhitespace }
        return isEmpty ? "document" : result
    }

    /// `Content-Disposition: attachment` with the name in the form of RFC 6266 and RFC 8187.
    package static func attachment(_ name: String) -> String {
        var escaped = ""
        for byte in name.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                escaped += "%" + (byte < 16 ? "0" + hex : hex)
            }
        }
        return "attachment; filename=\"document\"; filename*=UTF-8''\(escaped)"
    }
}
