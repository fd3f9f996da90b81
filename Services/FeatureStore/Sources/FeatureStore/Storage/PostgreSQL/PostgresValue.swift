/// A parameter of a statement, in PostgreSQL's binary format.
enum PostgresValue: Sendable {
    /// Of the type that the statement has there.
    case null
    case int(Int64)
    case bytes([UInt8])
    case text(String)
    case ints([Int64])
    case byteArrays([[UInt8]])
    case texts([String])
    case bools([Bool])
    /// Null where the element is nil.
    case optionalByteArrays([[UInt8]?])

    /// The type's identifier in `pg_type.dat`.
    var type: UInt32 {
        switch self {
        case .null: 0
        case .int: 20
        case .bytes: 17
        case .text: 25
        case .ints: 1016
        case .byteArrays, .optionalByteArrays: 1001
        case .texts: 1009
        case .bools: 1000
        }
    }

    var isNull: Bool { if case .null = self { true } else { false } }

    var encoded: [UInt8] {
        switch self {
        case .null: []
        case .int(let number): Self.bigEndian(number)
        case .bytes(let bytes): bytes
        case .text(let text): Array(text.utf8)
        case .ints(let numbers): Self.array(of: 20, numbers.map { Self.bigEndian($0) })
        case .byteArrays(let elements): Self.array(of: 17, elements)
        case .optionalByteArrays(let elements): Self.array(of: 17, elements)
        case .texts(let texts): Self.array(of: 25, texts.map { Array($0.utf8) })
        case .bools(let flags): Self.array(of: 16, flags.map { [$0 ? 1 : 0] })
        }
    }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    /// One dimension: count of dimensions, whether there are nulls, type, length, lower bound, then each element with
    /// its length before it (`array_recv` of PostgreSQL's `arrayfuncs.c`).
    private static func array(of type: Int32, _ elements: [[UInt8]?]) -> [UInt8] {
        let hasNulls: Int32 = elements.contains { $0 == nil } ? 1 : 0
        guard !elements.isEmpty else { return bigEndian(Int32(0)) + bigEndian(Int32(0)) + bigEndian(type) }
        var bytes = bigEndian(Int32(1)) + bigEndian(hasNulls) + bigEndian(type)
        bytes += bigEndian(Int32(elements.count)) + bigEndian(Int32(1))
        for element in elements {
            guard let element else {
                bytes += bigEndian(Int32(-1))
                continue
            }
            bytes += bigEndian(Int32(element.count))
            bytes += element
        }
        return bytes
    }
}
