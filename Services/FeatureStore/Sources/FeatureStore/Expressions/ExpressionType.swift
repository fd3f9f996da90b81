import ServiceAPI

/// The type of an expression's value.
enum ExpressionType: Hashable, Sendable, CustomStringConvertible {
    case bool, int, float, text, timestamp, date
    /// Of the literal `NULL`, which fits everywhere.
    case null

    /// What values of a column are in an expression; nil where expressions cannot hold them.
    init?(_ type: FeatureType) {
        guard !type.isList else { return nil }
        switch type.element {
        case .bool: self = .bool
        case .int32, .int64: self = .int
        case .float32, .float64: self = .float
        case .string, .json: self = .text
        case .timestamp: self = .timestamp
        case .date: self = .date
        case .bytes: return nil
        }
    }

    var isNumber: Bool { self == .int || self == .float }

    var description: String {
        switch self {
        case .bool: "bool"
        case .int: "int64"
        case .float: "float64"
        case .text: "string"
        case .timestamp: "timestamp"
        case .date: "date"
        case .null: "null"
        }
    }

    /// The type that values of both have: the same, float64 for two kinds of numbers.
    func joined(with other: ExpressionType) -> ExpressionType? {
        if self == other || other == .null { return self }
        if self == .null { return other }
        return isNumber && other.isNumber ? .float : nil
    }
}

extension Value {
    /// The value as one of type `to`; a whole number where a fraction is wanted is widened.
    func widened(to type: ExpressionType) -> Value {
        if type == .float, case .int(let number) = self { return .double(Double(number)) }
        return self
    }
}
