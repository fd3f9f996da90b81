import ServiceAPI

/// Calendar dates in the forms of receipts, letters and ISO 8601.
struct DateRule {
    let text: ScalarText
    let order: DateOrder

    func match(at start: Int) -> EntityMatch? {
        guard !text.isAlphanumeric(start - 1) else { return nil }
        if text.isDigit(start) {
            let digits = text.skippingDigits(from: start, atMost: 5) - start
            if digits == 4 { return yearFirst(start) ?? ideographic(start) }
            if digits <= 2 { return numeric(start) ?? dayFirst(start) }
            return nil
        }
        return text.isLetter(start) ? monthFirst(start) : nil
    }

    /// `2021-03-12`, `2021/3/12`, `2021.03.12`, with a time after `T`.
    private func yearFirst(_ start: Int) -> EntityMatch? {
        let separator = text[start + 4]
        guard isSeparator(separator) else { return nil }
        let month = start + 5..<text.skippingDigits(from: start + 5, atMost: 3)
        guard text[month.upperBound] == separator else { return nil }
        let day = month.upperBound + 1..<text.skippingDigits(from: month.upperBound + 1, atMost: 3)
        guard let y = text.number(start..<start + 4), let m = text.number(month), let d = text.number(day),
            month.count <= 2, day.count <= 2, let value = Self.iso(y, m, d),
            ends(day.upperBound, separator)
                || text[day.upperBound] == .ascii("T")
        else { return nil }
        if separator == .ascii("-"), let time = time(at: day.upperBound) {
            return EntityMatch(kind: .date, range: start..<time.upperBound, value: value + text.string(time))
        }
        guard ends(day.upperBound, separator) else { return nil }
        return EntityMatch(kind: .date, range: start..<day.upperBound, value: value)
    }

    /// `T10:20:30.5Z` after a date; the range from `T` on.
    private func time(at start: Int) -> Range<Int>? {
        guard text[start] == .ascii("T"), let h = text.number(start + 1..<text.skippingDigits(from: start + 1)),
            h < 24, text[start + 3] == .ascii(":"),
            let m = text.number(start + 4..<text.skippingDigits(from: start + 4)), m < 60
        else { return nil }
        var end = start + 6
        if text[end] == .ascii(":"), text.skippingDigits(from: end + 1, atMost: 3) == end + 3 {
            end += 3
            if text[end] == .ascii("."), text.isDigit(end + 1) { end = text.skippingDigits(from: end + 1, atMost: 9) }
        }
        if text[end] == .ascii("Z") {
            end += 1
        } else if text[end] == .ascii("+") || text[end] == .ascii("-"), text.isDigit(end + 1), text.isDigit(end + 2) {
            end += 3
            if text[end] == .ascii(":"), text.isDigit(end + 1), text.isDigit(end + 2) { end += 3 }
        }
        return text.isAlphanumeric(end) ? nil : start..<end
    }

    /// `12/03/2021`, `12.3.21`, `12-03-2021`.
    private func numeric(_ start: Int) -> EntityMatch? {
        let first = start..<text.skippingDigits(from: start, atMost: 3)
        let separator = text[first.upperBound]
        guard isSeparator(separator) else { return nil }
        let second = first.upperBound + 1..<text.skippingDigits(from: first.upperBound + 1, atMost: 3)
        guard text[second.upperBound] == separator else { return nil }
        let year = second.upperBound + 1..<text.skippingDigits(from: second.upperBound + 1, atMost: 5)
        guard let a = text.number(first), let b = text.number(second), second.count <= 2,
            let y = self.year(year), ends(year.upperBound, separator)
        else { return nil }
        // A version number (1.2.10) has the form of a short date: two digits of each are asked for there.
        if separator == .ascii("."), year.count == 2, first.count + second.count < 4 { return nil }
        let dayFirst = Self.iso(y, b, a)
        let monthFirst = Self.iso(y, a, b)
        guard let value = order == .dayFirst ? dayFirst ?? monthFirst : monthFirst ?? dayFirst else { return nil }
        return EntityMatch(
            kind: .date, range: start..<year.upperBound, value: value,
            ambiguous: dayFirst != nil && monthFirst != nil && a != b)
    }

    /// `12 March 2021`, `12th of March, 2021`, `12-Mar-21`, `12. März 2021`, `1er mars 2021`, `12 de marzo de 2021`.
    private func dayFirst(_ start: Int) -> EntityMatch? {
        let day = start..<text.skippingDigits(from: start, atMost: 3)
        guard let d = text.number(day) else { return nil }
        var position = day.upperBound
        let suffix = position..<text.skippingLetters(from: position, atMost: 4)
        if Self.ordinals.contains(text.foldedString(suffix)) { position = suffix.upperBound }
        if text[position] == .ascii(".") || text[position] == 0xBA { position += 1 }
        position = skipJoint(position)
        position = skipWord(["of", "de"], position)
        guard let month = month(at: position) else { return nil }
        position = skipJoint(month.end)
        if text[position] == .ascii(",") { position = text.skippingSpaces(from: position + 1) }
        position = skipWord(["de", "del", "of"], position)
        let year = position..<text.skippingDigits(from: position, atMost: 5)
        guard let y = self.year(year), !text.isAlphanumeric(year.upperBound), let value = Self.iso(y, month.number, d)
        else { return nil }
        // `12 may 15` is no date; two-digit years need the form `12-May-15` or a comma.
        if year.count == 2, text.isSpace(month.end), !text.isUpper(month.start) { return nil }
        return EntityMatch(kind: .date, range: start..<year.upperBound, value: value)
    }

    /// `March 12, 2021`, `Mar. 12 2021`, `March 2021`.
    private func monthFirst(_ start: Int) -> EntityMatch? {
        guard let month = month(at: start) else { return nil }
        var position = skipJoint(month.end)
        position = skipWord(["de"], position)
        let digits = position..<text.skippingDigits(from: position, atMost: 5)
        if digits.count == 4 {
            guard let y = year(digits), !text.isAlphanumeric(digits.upperBound), text.isUpper(start) else { return nil }
            return EntityMatch(
                kind: .date, range: start..<digits.upperBound, value: "\(y)-\(Self.padded(month.number))")
        }
        guard let d = text.number(digits), digits.count <= 2 else { return nil }
        position = digits.upperBound
        let suffix = position..<text.skippingLetters(from: position, atMost: 4)
        if Self.ordinals.contains(text.foldedString(suffix)) { position = suffix.upperBound }
        if text[position] == .ascii(",") { position += 1 }
        position = text.skippingSpaces(from: skipJoint(position))
        let year = position..<text.skippingDigits(from: position, atMost: 5)
        guard year.count == 4, let y = self.year(year), !text.isAlphanumeric(year.upperBound),
            let value = Self.iso(y, month.number, d)
        else { return nil }
        return EntityMatch(kind: .date, range: start..<year.upperBound, value: value)
    }

    /// `2021年3月12日`.
    private func ideographic(_ start: Int) -> EntityMatch? {
        guard text[start + 4] == 0x5E74 else { return nil }
        let month = start + 5..<text.skippingDigits(from: start + 5, atMost: 3)
        guard text[month.upperBound] == 0x6708 else { return nil }
        let day = month.upperBound + 1..<text.skippingDigits(from: month.upperBound + 1, atMost: 3)
        guard text[day.upperBound] == 0x65E5, let y = text.number(start..<start + 4), let m = text.number(month),
            let d = text.number(day), let value = Self.iso(y, m, d)
        else { return nil }
        return EntityMatch(kind: .date, range: start..<day.upperBound + 1, value: value)
    }

    // MARK: Parts

    private func month(at start: Int) -> (number: Int, start: Int, end: Int)? {
        let end = text.skippingLetters(from: start, atMost: 12)
        guard end - start >= 3, !text.isLetter(end), let number = MonthNames.number(text.foldedString(start..<end))
        else { return nil }
        return (number, start, text[end] == .ascii(".") ? end + 1 : end)
    }

    /// Two digits stand for 1970...2069.
    private func year(_ range: Range<Int>) -> Int? {
        guard let number = text.number(range) else { return nil }
        switch range.count {
        case 2: return number < 70 ? 2000 + number : 1900 + number
        case 4: return (1000...2999).contains(number) ? number : nil
        default: return nil
        }
    }

    private func isSeparator(_ scalar: UInt32) -> Bool {
        switch scalar {
        case "/", "-", ".": true
        default: false
        }
    }

    private func ends(_ position: Int, _ separator: UInt32) -> Bool {
        if text.isAlphanumeric(position) { return false }
        return !(text[position] == separator && text.isDigit(position + 1))
    }

    private func skipJoint(_ position: Int) -> Int {
        switch text[position] {
        case "-", "/": position + 1
        default: text.skippingSpaces(from: position, atMost: 3)
        }
    }

    private func skipWord(_ words: Set<String>, _ position: Int) -> Int {
        let end = text.skippingLetters(from: position, atMost: 4)
        return words.contains(text.foldedString(position..<end)) ? text.skippingSpaces(from: end) : position
    }

    private static let ordinals: Set<String> = ["st", "nd", "rd", "th", "er", "e", "o"]

    static func iso(_ year: Int, _ month: Int, _ day: Int) -> String? {
        guard (1000...2999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= days[month - 1] else { return nil }
        return "\(year)-\(padded(month))-\(padded(day))"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
