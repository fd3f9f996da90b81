import ServiceAPI

/// A feature's or join key's value in memory.
///
/// Times are microseconds since 1970 and days are days since then, both as `int`; the column's type tells them apart.
package enum Value: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case float(Float)
    case double(Double)
    case text(String)
    case bytes([UInt8])
    case list([Value])
}

extension Value {
    /// A value of the documents' wire format, fitted to its column.
    init?(_ scalar: FeatureValue.Scalar, as type: FeatureType) {
        guard !type.isList else { return nil }
        switch (scalar, type.element) {
        case (.null, _): self = .null
        case (.bool(let flag), .bool): self = .bool(flag)
        case (.int(let number), .int64): self = .int(number)
        case (.int(let number), .int32) where Int32(exactly: number) != nil: self = .int(number)
        case (.int(let number), .float64): self = .double(Double(number))
        case (.double(let number), .float64) where number.isFinite: self = .double(number)
        case (.double(let number), .float32) where number.isFinite: self = .float(Float(number))
        case (.string(let text), .string), (.string(let text), .json): self = .text(text)
        case (.string(let text), .date):
            guard let date = CivilDate(text) else { return nil }
            self = .int(date.daysSinceEpoch)
        case (.string(let text), .timestamp):
            guard let time = Timestamp(rfc3339: text) else { return nil }
            self = .int(time.microseconds)
        default: return nil
        }
    }

    /// The value in the documents' wire format; lists and bytes have none and are null there.
    func scalar(as type: FeatureType) -> FeatureValue.Scalar {
        switch self {
        case .null, .list, .bytes: .null
        case .bool(let flag): .bool(flag)
        case .float(let number): .double(Double(number))
        case .double(let number): .double(number)
        case .text(let text): .string(text)
        case .int(let number):
            switch type.element {
            case .date: .string(CivilDate(daysSinceEpoch: number).description)
            case .timestamp: .string(Timestamp(microseconds: number).description)
            default: .int(number)
            }
        }
    }
}
