import ServiceAPI

/// Telephone numbers: international, North American, or any form after a word like "Tel".
struct PhoneRule {
    let text: ScalarText

    func match(at start: Int) -> EntityMatch? {
        if text.isLetter(start) { return labelled(start) }
        if text[start] == .ascii("+"), text.isDigit(start + 1) { return international(start, label: nil) }
        return northAmerican(start)
    }

    /// `Tel: 03-1234 5678`, `Fax No. : +49 30 123456`.
    private func labelled(_ start: Int) -> EntityMatch? {
        let word = start..<text.skippingLetters(from: start, atMost: 12)
        guard !text.isLetter(word.upperBound), let label = Self.labels[text.foldedString(word)] else { return nil }
        var position = word.upperBound
        let second = text.skippingSpaces(from: text[position] == .ascii(".") ? position + 1 : position, atMost: 2)
        let next = second..<text.skippingLetters(from: second, atMost: 8)
        if ["no", "nos", "number", "nr", "phone"].contains(text.foldedString(next)) { position = next.upperBound }
        while position - word.upperBound < 16, isJoint(position) { position += 1 }
        guard let found = digits(at: position), (5...15).contains(found.count) else { return nil }
        return EntityMatch(kind: .phone, range: position..<found.end, value: found.value, label: label)
    }

    private func international(_ start: Int, label: String?) -> EntityMatch? {
        guard let found = digits(at: start), (8...15).contains(found.count) else { return nil }
        return EntityMatch(kind: .phone, range: start..<found.end, value: found.value, label: label)
    }

    /// `(555) 123-4567`, `555-123-4567`, `555.123.4567`.
    private func northAmerican(_ start: Int) -> EntityMatch? {
        let opened = text[start] == .ascii("(")
        var position = opened ? start + 1 : start
        guard text.isDigit(position), text.skippingDigits(from: position, atMost: 4) == position + 3 else { return nil }
        let area = position..<position + 3
        position += 3
        if opened {
            guard text[position] == .ascii(")") else { return nil }
            position = text.skippingSpaces(from: position + 1, atMost: 1)
        } else {
            guard text[position] == .ascii("-") || text[position] == .ascii(".") else { return nil }
            position += 1
        }
        guard text.skippingDigits(from: position, atMost: 4) == position + 3 else { return nil }
        let exchange = position..<position + 3
        position += 3
        guard ["-", ".", " "].contains(where: { text[position] == .ascii($0) }) else { return nil }
        position += 1
        guard text.skippingDigits(from: position, atMost: 5) == position + 4, !text.isAlphanumeric(position + 4) else {
            return nil
        }
        let value = text.string(area) + text.string(exchange) + text.string(position..<position + 4)
        return EntityMatch(kind: .phone, range: start..<position + 4, value: value)
    }

    /// Digits with separators between them: at most one sign at a time, or a space beside a bracket.
    private func digits(at start: Int) -> (value: String, count: Int, end: Int)? {
        var value = ""
        var position = start
        var end = start
        var count = 0
        if text[position] == .ascii("+") {
            value = "+"
            position += 1
        }
        while count <= 15, position - start < 32 {
            if text.isDigit(position) {
                value.unicodeScalars.append(Unicode.Scalar(UInt8(text[position])))
                count += 1
                position += 1
                end = position
                continue
            }
            switch text[position] {
            case "/" where count <= 5: position += 1
            case " ", "-", ".", "(", ")", 0xA0, 0x2011, 0x2013: position += 1
            default:
                return text.isLetter(position) && end == position || count == 0 ? nil : (value, count, end)
            }
            // Two separators in a row are part of a number only around brackets.
            guard position - end <= 2 || text.isDigit(position) else { break }
        }
        return count == 0 ? nil : (value, count, end)
    }

    private func isJoint(_ position: Int) -> Bool {
        switch text[position] {
        case ":", ".", "#", "-", "=": true
        default: text.isSpace(position)
        }
    }

    private static let labels: [String: String] = [
        "tel": "phone", "phone": "phone", "telephone": "phone", "telefon": "phone", "telefono": "phone", "fon": "phone",
        "call": "phone", "hotline": "phone", "hp": "mobile", "mobile": "mobile", "mobil": "mobile",
        "cell": "mobile", "handy": "mobile", "whatsapp": "mobile", "fax": "fax", "telefax": "fax", "ph": "phone",
    ]
}
