/// The order of two values; there is none with null.
enum Comparison {
    enum Order: Sendable { case before, same, after }

    static func predicate(_ name: Expression.BinaryOperator) -> @Sendable (Order) -> Bool {
        switch name {
        case .equal: { $0 == .same }
        case .notEqual: { $0 != .same }
        case .less: { $0 == .before }
        case .lessOrEqual: { $0 != .after }
        case .greater: { $0 == .after }
        case .greaterOrEqual: { $0 != .before }
        default: preconditionFailure("\(name.rawValue) is no comparison")
        }
    }

    /// Numbers by value, exactly; texts by code points; false before true.
    static func order(_ left: Value, _ right: Value) -> Order? {
        switch (left, right) {
        case (.int(let first), .int(let second)): order(first, second)
        case (.double(let first), .double(let second)): order(first, second)
        case (.int(let first), .double(let second)): order(first, second)
        case (.double(let first), .int(let second)): order(second, first).reversed
        case (.bool(let first), .bool(let second)): order(first ? 1 : 0, second ? 1 : 0)
        // UTF-8 sorts as its code points do. Swift's own order takes é and e with an accent for one.
        case (.text(let first), .text(let second)):
            first.utf8.elementsEqual(second.utf8)
                ? .same : first.utf8.lexicographicallyPrecedes(second.utf8) ? .before : .after
        default: nil
        }
    }

    private static func order<Number: Comparable>(_ left: Number, _ right: Number) -> Order {
        left < right ? .before : left == right ? .same : .after
    }

    /// Without rounding the whole number, which a double of 53 bits might.
    private static func order(_ left: Int64, _ right: Double) -> Order {
        // 2⁶³ is the least double above all whole numbers.
        if right >= 0x1p63 { return .before }
        if right < -0x1p63 { return .after }
        let whole = Int64(right)
        return left == whole ? order(Double(whole), right) : order(left, whole)
    }
}

extension Comparison.Order {
    fileprivate var reversed: Comparison.Order {
        switch self {
        case .before: .after
        case .same: .same
        case .after: .before
        }
    }
}
