import FoundationEssentials

/// A point in time in UTC, to the microsecond: the resolution of every stored time.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    package var microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package static func now() -> Timestamp {
        Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down)))
    }

    /// Whole seconds since 1970; nil beyond what microseconds can say.
    package init?(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return nil }
        microseconds = product
    }

    /// So late that every event is before it.
    package static let distantFuture = Timestamp(microseconds: .max)

    package static func < (lhs: Timestamp, rhs: Timestamp) -> Bool { lhs.microseconds < rhs.microseconds }

    package static func + (lhs: Timestamp, rhs: Duration) -> Timestamp {
        let (seconds, attoseconds) = rhs.components
        return Timestamp(microseconds: lhs.microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }

    package static func - (lhs: Timestamp, rhs: Timestamp) -> Duration {
        .microseconds(lhs.microseconds - rhs.microseconds)
    }
}

// MARK: - RFC 3339

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with six fraction digits, so that the text sorts as the time does.
    package var description: String {
        String(unsafeUninitializedCapacity: Self.textWidth) { write(to: $0.baseAddress!, fraction: .six) }
    }

    /// How many digits a written time has after the second.
    package enum Fraction: Sendable {
        case six
        /// None, three or six: as many as are needed.
        case shortest
    }

    /// Bytes that a written time or date takes at most: years have six digits and a sign at the ends of the range.
    package static let textWidth = 32

    /// Writes RFC 3339 in UTC.
    /// - Parameter target: has room for ``textWidth`` bytes.
    /// - Returns: how many bytes were written.
    package func write(to target: UnsafeMutablePointer<UInt8>, fraction digits: Fraction) -> Int {
        let (seconds, fraction) = microseconds.flooredDivision(by: 1_000_000)
        let (days, secondOfDay) = seconds.flooredDivision(by: 86_400)
        var end = target + CivilDate(daysSinceEpoch: days).write(to: target)
        end.write("T", secondOfDay / 3600, width: 2)
        end.write(":", secondOfDay / 60 % 60, width: 2)
        end.write(":", secondOfDay % 60, width: 2)
        if digits == .six || fraction % 1000 != 0 {
            end.write(".", fraction, width: 6)
        } else if fraction != 0 {
            end.write(".", fraction / 1000, width: 3)
        }
        end.pointee = UInt8(ascii: "Z")
        return end + 1 - target
    }

    /// Reads RFC 3339; nil where the text is not one.
    ///
    /// A time without offset is UTC; digits below the microsecond are
    /// cut off; a leap second (`:60`) is the second that follows, as in POSIX.
    package init?(rfc3339 text: some StringProtocol) {
        var text = String(text)
        guard let time = text.withUTF8({ Timestamp(rfc3339: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = time
    }

    /// Reads the UTF-8 of RFC 3339.
    init?(rfc3339 utf8: UnsafeRawBufferPointer) {
        var scanner = DigitScanner(utf8)
        guard let year = scanner.number(digits: 4), scanner.skip("-"),
            let month = scanner.number(digits: 2), scanner.skip("-"),
            let day = scanner.number(digits: 2),
            CivilDate.isValid(year: year, month: month, day: day),
            scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
            let hour = scanner.number(digits: 2), hour < 24, scanner.skip(":"),
            let minute = scanner.number(digits: 2), minute < 60, scanner.skip(":"),
            let second = scanner.number(digits: 2), second <= 60
        else { return nil }
        var fraction: Int64 = 0
        if scanner.skip(".") {
            guard let value = scanner.fraction(digits: 6) else { return nil }
            fraction = value
        }
        var offset: Int64 = 0
        if !scanner.isAtEnd, !(scanner.skip("Z") || scanner.skip("z")) {
            let sign: Int64 = scanner.skip("-") ? -1 : (scanner.skip("+") ? 1 : 0)
            guard sign != 0, let hours = scanner.number(digits: 2), hours < 24, scanner.skip(":"),
                let minutes = scanner.number(digits: 2), minutes < 60
            else { return nil }
            offset = sign * (hours * 3600 + minutes * 60)
        }
        guard scanner.isAtEnd else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }
}

/// A day of the proleptic Gregorian calendar.
///
/// Days and dates are converted by H. Hinnant's algorithms ("chrono-Compatible Low-Level Date Algorithms").
package struct CivilDate: Hashable, Sendable {
    package var year: Int64
    package var month: Int64
    package var day: Int64

    package init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    package init(daysSinceEpoch days: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shifted + 2) / 5 + 1
        month = shifted < 10 ? shifted + 3 : shifted - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    package var daysSinceEpoch: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shiftedYear.flooredDivision(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package static func isValid(year: Int64, month: Int64, day: Int64) -> Bool {
        guard (1...12).contains(month), day >= 1 else { return false }
        return CivilDate(daysSinceEpoch: CivilDate(year: year, month: month, day: day).daysSinceEpoch)
            == CivilDate(year: year, month: month, day: day)
    }
}

extension CivilDate: CustomStringConvertible {
    /// `YYYY-MM-DD`; nil for anything else and for days that do not exist.
    package init?(_ text: some StringProtocol) {
        var text = String(text)
        guard let date = text.withUTF8({ CivilDate(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = date
    }

    init?(utf8: UnsafeRawBufferPointer) {
        guard utf8.count == 10 else { return nil }
        var scanner = DigitScanner(utf8)
        guard let year = scanner.number(digits: 4), scanner.skip("-"), let month = scanner.number(digits: 2),
            scanner.skip("-"), let day = scanner.number(digits: 2),
            CivilDate.isValid(year: year, month: month, day: day)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package var description: String {
        String(unsafeUninitializedCapacity: Timestamp.textWidth) { write(to: $0.baseAddress!) }
    }

    /// Writes `YYYY-MM-DD`.
    /// - Parameter target: has room for ``Timestamp/textWidth`` bytes.
    /// - Returns: how many bytes were written.
    package func write(to target: UnsafeMutablePointer<UInt8>) -> Int {
        var end = target
        if year < 0 {
            end.pointee = UInt8(ascii: "-")
            end += 1
        }
        end.write(digits: year.magnitude, width: 4)
        end.write("-", month, width: 2)
        end.write("-", day, width: 2)
        return end - target
    }
}

extension UnsafeMutablePointer<UInt8> {
    /// A separator, and a number that is not negative.
    @inline(__always)
    fileprivate mutating func write(_ separator: Unicode.Scalar, _ value: Int64, width: Int) {
        pointee = UInt8(ascii: separator)
        self += 1
        write(digits: value.magnitude, width: width)
    }

    /// The number's digits, with zeros before it up to `width`, and moves behind them.
    @inline(__always)
    fileprivate mutating func write(digits value: UInt64, width: Int) {
        var width = width
        var bound: UInt64 = 10
        for _ in 1..<width { bound *= 10 }
        while value >= bound {
            width += 1
            bound *= 10
        }
        var rest = value
        for index in (0..<width).reversed() {
            self[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        self += width
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

private struct DigitScanner {
    private let bytes: UnsafeRawBufferPointer
    private var index = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    mutating func number(digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = nextDigit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// One or more digits after the point, cut to `digits`.
    mutating func fraction(digits: Int) -> Int64? {
        guard let first = nextDigit() else { return nil }
        var value = first
        var count = 1
        while let digit = nextDigit() {
            if count < digits {
                value = value * 10 + digit
                count += 1
            }
        }
        while count < digits {
            value *= 10
            count += 1
        }
        return value
    }

    private mutating func nextDigit() -> Int64? {
        guard index < bytes.count, (0x30...0x39).contains(bytes[index]) else { return nil }
        defer { index += 1 }
        return Int64(bytes[index] - 0x30)
    }
}
