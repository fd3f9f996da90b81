/// Sums and products of numbers: null where a number is null or there is no result.
enum Arithmetic {
    static func operation(_ name: Expression.BinaryOperator) -> @Sendable (Value, Value) -> Value {
        switch name {
        case .plus: { apply($0, $1, { $0.addingReportingOverflow($1) }, +) }
        case .minus: minus
        case .times: { apply($0, $1, { $0.multipliedReportingOverflow(by: $1) }, *) }
        // Of whole numbers towards zero, as in SQL; by zero it reports an overflow.
        case .over: { apply($0, $1, { $0.dividedReportingOverflow(by: $1) }, /) }
        case .modulo:
            {
                apply(
                    $0, $1, { $0.remainderReportingOverflow(dividingBy: $1) },
                    { $0.truncatingRemainder(dividingBy: $1) })
            }
        default: preconditionFailure("\(name.rawValue) is no arithmetic operator")
        }
    }

    @Sendable static func minus(_ left: Value, _ right: Value) -> Value {
        apply(left, right, { $0.subtractingReportingOverflow($1) }, -)
    }

    /// Whole numbers stay whole; with one float64 both are.
    private static func apply(
        _ left: Value, _ right: Value, _ whole: (Int64, Int64) -> (partialValue: Int64, overflow: Bool),
        _ float: (Double, Double) -> Double
    ) -> Value {
        if case .int(let first) = left, case .int(let second) = right {
            let (result, overflow) = whole(first, second)
            return overflow ? .null : .int(result)
        }
        guard case .double(let first) = left.widened(to: .float), case .double(let second) = right.widened(to: .float)
        else { return .null }
        return finite(float(first, second))
    }

    static func finite(_ number: Double) -> Value { number.isFinite ? .double(number) : .null }
}
