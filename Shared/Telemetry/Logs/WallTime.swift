import Glibc

/// A point in time of the wall clock, in UTC, for log lines and HTTP dates.
package struct WallTime: Sendable, Equatable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package let seconds: Int

    package let milliseconds: Int

    package init(seconds: Int, milliseconds: Int = 0) {
        self.seconds = seconds
        self.milliseconds = milliseconds
    }

    package static func now() -> WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
    }

    /// Appends `2026-11-25T21:48:29.123Z`.
    package func appendISO8601(to bytes: inout [UInt8]) {
        let date = CivilTime(self)
        bytes.appendPadded(date.year, digits: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendPadded(date.month, digits: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendPadded(date.day, digits: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.appendTime(date)
        bytes.append(UInt8(ascii: "."))
        bytes.appendPadded(milliseconds, digits: 3)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// The date as HTTP writes it, `Wed, 25 Nov 2026 21:48:29 GMT` (RFC 9110 section 5.6.7).
    package var httpDate: String {
        let date = CivilTime(self)
        var bytes = [UInt8](CivilTime.weekdays[date.weekday].utf8)
        bytes.append(contentsOf: ", ".utf8)
        bytes.appendPadded(date.day, digits: 2)
        bytes.append(contentsOf: " \(CivilTime.months[date.month - 1]) ".utf8)
        bytes.appendPadded(date.year, digits: 4)
        bytes.append(UInt8(ascii: " "))
        bytes.appendTime(date)
        bytes.append(contentsOf: " GMT".utf8)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Year, month and so on in the Gregorian calendar.
private struct CivilTime {
    static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    let year: Int
    let month: Int
    let day: Int
    let weekday: Int
    let hour: Int
    let minute: Int
    let second: Int

    init(_ time: WallTime) {
        var fields = tm()
        var seconds: time_t = time.seconds
        gmtime_r(&seconds, &fields)
        year = Int(fields.tm_year) + 1900
        month = Int(fields.tm_mon) + 1
        day = Int(fields.tm_mday)
        weekday = Int(fields.tm_wday)
        hour = Int(fields.tm_hour)
        minute = Int(fields.tm_min)
        second = Int(fields.tm_sec)
    }
}

extension [UInt8] {
    fileprivate mutating func appendPadded(_ value: Int, digits: Int) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(48 + value / divisor % 10))
            divisor /= 10
        }
    }

    fileprivate mutating func appendTime(_ date: CivilTime) {
        appendPadded(date.hour, digits: 2)
        append(UInt8(ascii: ":"))
        appendPadded(date.minute, digits: 2)
        append(UInt8(ascii: ":"))
        appendPadded(date.second, digits: 2)
    }
}
