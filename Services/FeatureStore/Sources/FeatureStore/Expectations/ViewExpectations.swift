import ServiceAPI

/// A view's expectations, found by column.
struct ViewExpectations: Sendable {
    /// A value that is not what is expected.
    struct Violation: Sendable, Equatable {
        var feature: String
        /// As it is declared: `min`, `max`, `one_of`, `max_null_share`.
        var expectation: String
        var message: String
    }

    struct Rule: Sendable {
        var column: ViewVersion.Column
        var expectation: Expectation
        /// `one_of`, as values of the column.
        var allowed: Set<Value>?

        /// What is wrong with a value; null is never a range's or a set's.
        func violation(_ value: Value) -> Violation? {
            if let number = value.number {
                if let least = expectation.min, number < least {
                    return violated("min", "\(number) is less than \(least)")
                }
                if let greatest = expectation.max, number > greatest {
                    return violated("max", "\(number) is greater than \(greatest)")
                }
            }
            if let allowed, value != .null, !allowed.contains(value) {
                return violated("one_of", "\(value.shown) is none of the expected values")
            }
            return nil
        }

        func violated(_ expectation: String, _ message: String) -> Violation {
            Violation(feature: column.name, expectation: expectation, message: message)
        }
    }

    let rules: [Rule]

    init(_ view: ViewVersion) {
        rules = view.definition.features.compactMap { feature in
            guard let expectation = feature.expect, let column = view[feature.name] else { return nil }
            let allowed = expectation.oneOf.map { Set($0.compactMap { Value($0, as: column.type) }) }
            return Rule(column: column, expectation: expectation, allowed: allowed)
        }
    }

    /// The first thing that is wrong with a row.
    func violation(_ cells: [Int: Value]) -> Violation? {
        for rule in rules {
            if let value = cells[rule.column.ordinal], let found = rule.violation(value) { return found }
        }
        return nil
    }
}

extension Value {
    /// As a number, of those that are finite ones.
    var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .float(let number) where number.isFinite: Double(number)
        case .double(let number) where number.isFinite: number
        default: nil
        }
    }

    fileprivate var shown: String {
        switch self {
        case .text(let text): "'\(text.prefix(100))'"
        case .int(let number): String(number)
        case .bool(let flag): String(flag)
        case .double(let number): String(number)
        case .float(let number): String(number)
        case .null, .bytes, .list: "the value"
        }
    }
}
