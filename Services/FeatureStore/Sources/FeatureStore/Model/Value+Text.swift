import Foundation
import JSONText
import ServiceAPI

extension Value {
    /// A CSV cell as its bytes, fitted to its column; an empty one is null.
    init(utf8 text: UnsafeRawBufferPointer, as type: FeatureType, allowNaN: Bool = false) throws(ValueMisfit) {
        self =
            if let plain = Value(plain: text, as: type) { plain } else {
                try Value(text: String(decoding: text, as: UTF8.self), as: type, allowNaN: allowNaN)
            }
    }

    /// What most cells are, read without a text of its own; nil where only the text decides.
    private init?(plain text: UnsafeRawBufferPointer, as type: FeatureType) {
        guard let first = text.first, let last = text.last else {
            self = .null
            return
        }
        guard !type.isList else { return nil }
        var number: JSONNumber? {
            guard first == UInt8(ascii: "-") || (0x30...0x39).contains(first), (0x30...0x39).contains(last) else {
                return nil
            }
            var cursor = JSONCursor(text)
            guard let number = try? cursor.readNumber(), (try? cursor.expectEnd()) != nil else { return nil }
            return number
        }
        let value: Value? =
            switch type.element {
            case .int64: number?.integer(Int64.self).map(Value.int)
            case .int32: number?.integer(Int32.self).map { .int(Int64($0)) }
            case .float64: number?.fastDouble.map(Value.double)
            case .float32: number?.fastFloat.flatMap { $0.isFinite ? .float($0) : nil }
            case .string: .text(String(decoding: text, as: UTF8.self))
            case .date: CivilDate(utf8: text).map { .int($0.daysSinceEpoch) }
            case .timestamp: Timestamp(rfc3339: text).map { .int($0.microseconds) }
            case .bool, .bytes, .json: nil
            }
        guard let value else { return nil }
        self = value
    }

    /// A CSV cell, fitted to its column; an empty one is null.
    init(text: String, as type: FeatureType, allowNaN: Bool = false) throws(ValueMisfit) {
        guard !text.isEmpty else {
            self = .null
            return
        }
        if type.isList || type.element == .json {
            var copy = text
            guard let json = copy.withUTF8({ try? JSONValue(parsing: UnsafeRawBufferPointer($0)) }) else {
                throw ValueMisfit(message: "takes \(type) as JSON, not '\(text.prefix(40))'")
            }
            self = type.isList ? try Value(json, as: type, allowNaN: allowNaN) : .text(text)
            return
        }
        let value: Value? =
            switch type.element {
            case .int64: Self.whole(text).map(Value.int)
            case .int32: Self.whole(text).flatMap(Int32.init(exactly:)).map { .int(Int64($0)) }
            case .float64: Double(text).flatMap { $0.isFinite || allowNaN ? .double($0) : nil }
            case .float32: Float(text).flatMap { $0.isFinite || allowNaN ? .float($0) : nil }
            case .string, .json: .text(text)
            case .bool:
                switch text.lowercased() {
                case "true", "1", "t": .bool(true)
                case "false", "0", "f": .bool(false)
                default: nil
                }
            case .bytes: Data(base64Encoded: text).map { .bytes([UInt8]($0)) }
            case .date: CivilDate(text).map { .int($0.daysSinceEpoch) }
            case .timestamp: Timestamp(rfc3339: text).map { .int($0.microseconds) }
            }
        guard let value else { throw ValueMisfit(message: "takes \(type), not '\(text.prefix(40))'") }
        self = value
    }

    /// A whole number, also one written `7.0`, as Python writes a column of whole numbers that has gaps; exact to 64 bits.
    private static func whole(_ text: String) -> Int64? {
        guard let point = text.firstIndex(of: "."), text[point...].dropFirst().allSatisfy({ $0 == "0" }) else {
            return Int64(text)
        }
        return Int64(text[..<point])
    }
}
