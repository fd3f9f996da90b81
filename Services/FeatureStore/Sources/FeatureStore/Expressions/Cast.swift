/// `CAST`: null where the value has no counterpart.
enum Cast {
    /// Nil where values of the one type are never values of the other.
    static func from(
        _ type: ExpressionType, to target: ExpressionType
    ) -> (@Sendable (Value) -> Value)? {
        if type == target || type == .null { return { $0 } }
        switch (type, target) {
        case (.int, .float): return { $0.widened(to: .float) }
        // Towards zero, as SQL's CAST does in most engines.
        case (.float, .int):
            return map { if case .double(let number) = $0 { whole(number).map(Value.int) } else { nil } }
        case (.bool, .int): return map { if case .bool(let flag) = $0 { .int(flag ? 1 : 0) } else { nil } }
        case (.int, .bool): return map { if case .int(let number) = $0 { .bool(number != 0) } else { nil } }
        case (_, .text): return map { text($0, type).map(Value.text) }
        case (.text, _): return map { if case .text(let text) = $0 { parsed(text, target) } else { nil } }
        case (.date, .timestamp):
            return map {
                guard case .int(let days) = $0 else { return nil }
                let (microseconds, overflow) = days.multipliedReportingOverflow(by: 86_400_000_000)
                return overflow ? nil : .int(microseconds)
            }
        case (.timestamp, .date): return map { if case .int(let time) = $0 { .int(day(time)) } else { nil } }
        default: return nil
        }
    }

    /// The day of a time in UTC, in days since 1970.
    static func day(_ microseconds: Int64) -> Int64 {
        let (days, rest) = microseconds.quotientAndRemainder(dividingBy: 86_400_000_000)
        return rest < 0 ? days - 1 : days
    }

    /// Cut towards zero; nil beyond 64 bits.
    static func whole(_ number: Double) -> Int64? { Int64(exactly: number.rounded(.towardZero)) }

    private static func map(_ convert: @escaping @Sendable (Value) -> Value?) -> @Sendable (Value) -> Value {
        { $0 == .null ? .null : convert($0) ?? .null }
    }

    private static func text(_ value: Value, _ type: ExpressionType) -> String? {
        switch value {
        case .bool(let flag): flag ? "true" : "false"
        case .double(let number): number.description
        case .int(let number):
            switch type {
            case .date: CivilDate(daysSinceEpoch: number).description
            case .timestamp: Timestamp(microseconds: number).description
            default: String(number)
            }
        default: nil
        }
    }

    private static func parsed(_ text: String, _ type: ExpressionType) -> Value? {
        switch type {
        case .int: Int64(text).map(Value.int)
        case .float: Double(text).flatMap { $0.isFinite ? .double($0) : nil }
        case .bool: text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
        case .date: CivilDate(text).map { .int($0.daysSinceEpoch) }
        case .timestamp: Timestamp(rfc3339: text).map { .int($0.microseconds) }
        case .text, .null: nil
        }
    }
}
