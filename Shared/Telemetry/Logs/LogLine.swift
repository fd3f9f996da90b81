package import Logging

/// One line of the log under construction: a JSON object, or words for a person.
///
/// Never more than one line, whatever the values contain.
package struct LogLine {
    package private(set) var bytes: [UInt8] = []
    private let format: LogFormat

    package init(format: LogFormat, time: WallTime = .now(), level: Logger.Level, label: String, message: String) {
        self.format = format
        bytes.reserveCapacity(384)
        switch format {
        case .json:
            bytes.append(contentsOf: #"{"time":""#.utf8)
            time.appendISO8601(to: &bytes)
            bytes.append(contentsOf: #"","level":""#.utf8)
            bytes.append(contentsOf: level.rawValue.utf8)
            bytes.append(UInt8(ascii: "\""))
            add("logger", label)
            add("message", message)
        case .text:
            time.appendISO8601(to: &bytes)
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: level.rawValue.utf8)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: max(0, 9 - level.rawValue.utf8.count)))
            appendPlain(label)
            bytes.append(contentsOf: ": ".utf8)
            appendPlain(message)
        }
    }

    package mutating func add(_ key: StaticString, _ value: String) {
        switch format {
        case .json:
            appendKey(key)
            bytes.appendJSONString(value)
        case .text:
            appendKey(key)
            appendPlain(value)
        }
    }

    package mutating func add(_ key: StaticString, _ value: Int) {
        appendKey(key)
        bytes.appendDecimal(value)
    }

    /// Adds thousandths as a decimal number with three places.
    package mutating func add(_ key: StaticString, thousandths value: Int) {
        appendKey(key)
        bytes.appendDecimal(value / 1000)
        bytes.append(UInt8(ascii: "."))
        let fraction = value % 1000
        bytes.append(UInt8(48 + fraction / 100))
        bytes.append(UInt8(48 + fraction / 10 % 10))
        bytes.append(UInt8(48 + fraction % 10))
    }

    package mutating func add(_ metadata: Logger.Metadata) {
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            switch format {
            case .json:
                bytes.append(UInt8(ascii: ","))
                // The line's own fields keep their names.
                bytes.appendJSONString(Self.ownFields.contains(key) ? key + "_" : key)
                bytes.append(UInt8(ascii: ":"))
                appendJSON(value)
            case .text:
                bytes.append(UInt8(ascii: " "))
                appendPlain(key)
                bytes.append(UInt8(ascii: "="))
                appendPlain(value.description)
            }
        }
    }

    /// The finished line with its newline.
    package consuming func finish() -> [UInt8] {
        if format == .json { bytes.append(UInt8(ascii: "}")) }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private static let ownFields: Set<String> = ["time", "level", "logger", "message"]

    private mutating func appendKey(_ key: StaticString) {
        bytes.append(format == .json ? UInt8(ascii: ",") : UInt8(ascii: " "))
        if format == .json { bytes.append(UInt8(ascii: "\"")) }
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        if format == .json { bytes.append(UInt8(ascii: "\"")) }
        bytes.append(format == .json ? UInt8(ascii: ":") : UInt8(ascii: "="))
    }

    private mutating func appendJSON(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text):
            bytes.appendJSONString(text)
        case .stringConvertible(let value):
            switch value {
            case let number as Int: bytes.appendDecimal(number)
            case let number as Double where number.isFinite: bytes.append(contentsOf: number.description.utf8)
            case let flag as Bool: bytes.append(contentsOf: flag.description.utf8)
            default: bytes.appendJSONString(value.description)
            }
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                appendJSON(value)
            }
            bytes.append(UInt8(ascii: "]"))
        case .dictionary(let values):
            bytes.append(UInt8(ascii: "{"))
            for (index, entry) in values.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.appendJSONString(entry.key)
                bytes.append(UInt8(ascii: ":"))
                appendJSON(entry.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Appends text with its control characters replaced, so that it can neither break the line nor the terminal.
    private mutating func appendPlain(_ text: String) {
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) {
                bytes.append(UInt8(ascii: " "))
            } else {
                bytes.append(contentsOf: UTF8.encode(scalar)!)
            }
        }
    }
}
