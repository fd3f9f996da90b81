/// A value of a column or of a parameter, as both engines have it.
enum SQLValue: Sendable, Equatable {
    case null
    case int(Int64)
    case text(String)
    case bytes([UInt8])
}

/// What can be a parameter of a statement.
protocol SQLConvertible: Sendable {
    var sqlValue: SQLValue { get }
}

extension Int: SQLConvertible {
    var sqlValue: SQLValue { .int(Int64(self)) }
}

extension Int64: SQLConvertible {
    var sqlValue: SQLValue { .int(self) }
}

extension String: SQLConvertible {
    var sqlValue: SQLValue { .text(self) }
}

extension [UInt8]: SQLConvertible {
    var sqlValue: SQLValue { .bytes(self) }
}

extension Timestamp: SQLConvertible {
    var sqlValue: SQLValue { .int(microseconds) }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    var sqlValue: SQLValue { self?.sqlValue ?? .null }
}
