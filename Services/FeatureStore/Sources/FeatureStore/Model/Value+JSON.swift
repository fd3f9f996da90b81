import Foundation
import JSONText
import NIOCore
import ServiceAPI

/// Why a value does not fit its column.
struct ValueMisfit: Error {
    var message: String
}

extension Value {
    /// A JSON value, fitted to its column.
    /// - Parameter allowNaN: whether numbers that are not finite may be stored.
    init(_ json: JSONValue, as type: FeatureType, allowNaN: Bool = false) throws(ValueMisfit) {
        if case .null = json {
            self = .null
        } else if type.isList {
            guard case .array(let elements) = json else { throw Self.misfit(json, type) }
            var values: [Value] = []
            values.reserveCapacity(elements.count)
            for element in elements {
                let value = try Value(element, element: type.element, allowNaN: allowNaN)
                guard value != .null else {
                    throw ValueMisfit(message: "a list of \(type.element.rawValue) holds no null")
                }
                values.append(value)
            }
            self = .list(values)
        } else {
            self = try Value(json, element: type.element, allowNaN: allowNaN)
        }
    }

    private init(_ json: JSONValue, element: FeatureType.Element, allowNaN: Bool) throws(ValueMisfit) {
        switch (json, element) {
        case (.null, _): self = .null
        case (.bool(let flag), .bool): self = .bool(flag)
        case (.integer(let number), .int64): self = .int(number)
        case (.integer(let number), .int32):
            guard Int32(exactly: number) != nil else { throw ValueMisfit(message: "\(number) does not fit int32") }
            self = .int(number)
        // Python's clients turn a column of integers with a gap into floats.
        case (.number(let number, _), .int64), (.number(let number, _), .int32):
            guard let whole = Int64(exactly: number), element == .int64 || Int32(exactly: whole) != nil else {
                throw Self.misfit(json, FeatureType(element))
            }
            self = .int(whole)
        case (.integer(let number), .float64): self = .double(Double(number))
        case (.integer(let number), .float32): self = .float(Float(number))
        case (.number(let number, let text), .float64):
            guard number.isFinite || allowNaN else { throw Self.notFinite(text) }
            self = .double(number)
        case (.number(let number, let text), .float32):
            let float = Float(number)
            guard float.isFinite || (allowNaN && !number.isFinite) else { throw Self.notFinite(text) }
            self = .float(float)
        case (.string(let text), .string): self = .text(text)
        case (.string(let text), .bytes):
            guard let data = Data(base64Encoded: text) else { throw ValueMisfit(message: "is not base64") }
            self = .bytes([UInt8](data))
        case (.string(let text), .date):
            guard let date = CivilDate(text) else { throw Self.misfit(json, .date) }
            self = .int(date.daysSinceEpoch)
        case (.string(let text), .timestamp):
            guard let time = Timestamp(rfc3339: text) else { throw Self.misfit(json, .timestamp) }
            self = .int(time.microseconds)
        case (.integer(let seconds), .timestamp):
            guard let time = Timestamp(seconds: seconds) else { throw Self.misfit(json, .timestamp) }
            self = .int(time.microseconds)
        case (.string(let text), .json):
            var text = text
            let isJSON = text.withUTF8 { (try? JSONValue(parsing: UnsafeRawBufferPointer($0))) != nil }
            guard isJSON else { throw ValueMisfit(message: "is not JSON text") }
            self = .text(text)
        case (.object, .json), (.array, .json), (.bool, .json), (.integer, .json), (.number, .json):
            var writer = JSONWriter()
            writer.value(json)
            self = .text(String(buffer: writer.buffer))
        default: throw Self.misfit(json, FeatureType(element))
        }
    }

    private static func misfit(_ json: JSONValue, _ type: FeatureType) -> ValueMisfit {
        let shown =
            switch json {
            case .integer(let number): String(number)
            case .number(_, let text): String(text.prefix(40))
            case .string(let text): "\"\(text.prefix(40))\""
            case .bool(let flag): String(flag)
            default: json.kind
            }
        return ValueMisfit(message: "takes \(type), not \(shown)")
    }

    private static func notFinite(_ text: String) -> ValueMisfit {
        ValueMisfit(message: "\(text.prefix(40)) is not a finite number; send null, or set allow_nan on the view")
    }
}

extension JSONWriter {
    /// Any JSON; object keys sorted.
    mutating func value(_ json: JSONValue) {
        switch json {
        case .null: raw("null")
        case .bool(let flag): flag ? raw("true") : raw("false")
        case .integer(let number): integer(number)
        case .number(let number, let text): number.isFinite ? raw(text.utf8) : raw("null")
        case .string(let text): string(text)
        case .array(let elements): array(elements) { $0.value($1) }
        case .object(let members):
            raw("{")
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { raw(",") }
                string(member.key)
                raw(":")
                value(member.value)
            }
            raw("}")
        }
    }
}
