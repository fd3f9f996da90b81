import ServiceAPI

/// E-mail addresses and web addresses.
struct AddressRule {
    let text: ScalarText

    /// Longest address taken (RFC 3696 for mail; what browsers handle for the web).
    private static let longestEmail = 254
    private static let longestURL = 2048

    // MARK: Web

    func url(at start: Int) -> EntityMatch? {
        let schemes = ["https://", "http://", "ftp://", "www."]
        guard let scheme = schemes.first(where: { hasPrefix($0, at: start) }) else { return nil }
        let hostStart = start + scheme.unicodeScalars.count
        var host = hostStart
        while host - start < Self.longestURL, isHost(text[host]) { host += 1 }
        guard host > hostStart, text.isAlphanumeric(hostStart) else { return nil }
        if scheme == "www.", !text.scalars[hostStart..<host].dropLast().contains(.ascii(".")) { return nil }
        var end = host
        while end - start < Self.longestURL, isPath(text[end]) { end += 1 }
        end = trimmed(from: host, to: end)
        if end == host { while end > hostStart, !text.isAlphanumeric(end - 1) { end -= 1 } }
        guard end > hostStart else { return nil }
        let head = text.foldedString(start..<min(host, end))
        let value = (scheme == "www." ? "http://" : "") + head + text.string(min(host, end)..<end)
        return EntityMatch(kind: .url, range: start..<end, value: value)
    }

    private func isHost(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, "-", ".", "_", ":", "@", 0x00C0...0x024F, 0x0370...0x1FFF,
            0x3040...0x9FFF, 0xAC00...0xD7A3:
            true
        default: false
        }
    }

    /// Anything printable but quotes, angle brackets and white space.
    private func isPath(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0...0x20, 0x7F...0xA0, "\"", "<", ">", "`", "{", "}", "|", "\\", "^", 0x2000...0x206F, 0x3000...0x3002,
            0xFF00...0xFFFF:
            false
        default: true
        }
    }

    /// The end without punctuation that belongs to the sentence, such as a closing bracket that nothing opened.
    private func trimmed(from host: Int, to end: Int) -> Int {
        var end = end
        var open = text.scalars[host..<end].reduce(0) { $0 + ($1 == .ascii("(") ? 1 : $1 == .ascii(")") ? -1 : 0) }
        while end > host {
            switch text[end - 1] {
            case ".", ",", ";", ":", "!", "?", "'", "*": break
            case ")" where open < 0: open += 1
            default: return end
            }
            end -= 1
        }
        return end
    }

    private func hasPrefix(_ prefix: String, at start: Int) -> Bool {
        var position = start
        for scalar in prefix.unicodeScalars {
            guard position < text.count, text.folded[position] == scalar.value else { return false }
            position += 1
        }
        return true
    }

    // MARK: Mail

    func email(at start: Int) -> EntityMatch? {
        guard text.isAlphanumeric(start) else { return nil }
        var at = start
        while at - start <= 64, isLocal(text[at]) { at += 1 }
        guard at - start <= 64, text[at] == .ascii("@"), text[at - 1] != .ascii(".") else { return nil }
        var end = at + 1
        var label = end
        var dots = 0
        while end - start < Self.longestEmail {
            if text.isAlphanumeric(end) {
                end += 1
            } else if text[end] == .ascii("-"), end > label {
                end += 1
            } else if text[end] == .ascii("."), end > label, text.isAlphanumeric(end + 1) {
                end += 1
                label = end
                dots += 1
            } else {
                break
            }
        }
        while end > label, text[end - 1] == .ascii("-") { end -= 1 }
        guard dots > 0, end - label >= 2, text.isLetter(label) else { return nil }
        let value = text.string(start..<at + 1) + text.foldedString(at + 1..<end)
        return EntityMatch(kind: .email, range: start..<end, value: value)
    }

    private func isLocal(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, ".", "_", "%", "+", "-", "'", "&", 0x00C0...0x024F: true
        default: false
        }
    }
}
