/// A row of an answer; columns are found by name.
///
/// A column that is not what is asked for is a fault of the store, never of a caller.
struct SQLRow: Sendable {
    private let columns: [String: Int]
    private let values: [SQLValue]

    init(_ columns: [String: Int], _ values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    subscript(_ name: String) -> SQLValue { columns[name].map { values[$0] } ?? .null }

    func text(_ name: String) throws -> String {
        guard let text = try optionalText(name) else { throw Self.misfit(name) }
        return text
    }

    func optionalText(_ name: String) throws -> String? {
        switch self[name] {
        case .text(let text): return text
        case .null: return nil
        default: throw Self.misfit(name)
        }
    }

    func int(_ name: String) throws -> Int {
        guard let number = try optionalInt(name) else { throw Self.misfit(name) }
        return number
    }

    func optionalInt(_ name: String) throws -> Int? {
        switch self[name] {
        case .int(let number): return Int(number)
        case .null: return nil
        default: throw Self.misfit(name)
        }
    }

    func time(_ name: String) throws -> Timestamp { Timestamp(microseconds: Int64(try int(name))) }

    func optionalTime(_ name: String) throws -> Timestamp? {
        try optionalInt(name).map { Timestamp(microseconds: Int64($0)) }
    }

    func bytes(_ name: String) throws -> [UInt8] {
        guard case .bytes(let bytes) = self[name] else { throw Self.misfit(name) }
        return bytes
    }

    private static func misfit(_ name: String) -> FeatureStoreError {
        FeatureStoreError(.storageFailed, "the store's column \(name) is not what it was written as")
    }
}
