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

    /// Appends what goes over the wire.
    func encode(to bytes: inout [UInt8]) {
        switch self {
        case .null: break
        case .int(let number): bytes.append(bigEndian: number)
        case .bytes(let value): bytes += value
        case .text(let text): bytes += text.utf8
        case .ints(let numbers):
            Self.array(of: 20, count: numbers.count, to: &bytes) { bytes in
                for number in numbers {
                    bytes.append(bigEndian: Int32(8))
                    bytes.append(bigEndian: number)
                }
            }
        case .byteArrays(let elements):
            Self.array(of: 17, count: elements.count, to: &bytes) { bytes in
                for element in elements { bytes.append(element: element) }
            }
        case .optionalByteArrays(let elements):
            Self.array(of: 17, count: elements.count, hasNulls: elements.contains { $0 == nil }, to: &bytes) { bytes in
                for element in elements {
                    if let element { bytes.append(element: element) } else { bytes.append(bigEndian: Int32(-1)) }
                }
            }
        case .texts(let texts):
            Self.array(of: 25, count: texts.count, to: &bytes) { bytes in
                for text in texts { bytes.append(element: Array(text.utf8)) }
            }
        case .bools(let flags):
            Self.array(of: 16, count: flags.count, to: &bytes) { bytes in
                for flag in flags { bytes.append(element: [flag ? 1 : 0]) }
            }
        }
    }

    /// One dimension: count of dimensions, whether there are nulls, type, length, lower bound, then each element with
    /// its length before it (`array_recv` of PostgreSQL's `arrayfuncs.c`).
    private static func array(
        of type: Int32, count: Int, hasNulls: Bool = false, to bytes: inout [UInt8], _ elements: (inout [UInt8]) -> Void
    ) {
        bytes.append(bigEndian: Int32(count == 0 ? 0 : 1))
        bytes.append(bigEndian: Int32(hasNulls ? 1 : 0))
        bytes.append(bigEndian: type)
        guard count > 0 else { return }
        bytes.append(bigEndian: Int32(count))
        bytes.append(bigEndian: Int32(1))
        elements(&bytes)
    }
}

extension [UInt8] {
    fileprivate mutating func append<Number: FixedWidthInteger>(bigEndian value: Number) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(element: [UInt8]) {
        append(bigEndian: Int32(element.count))
        append(contentsOf: element)
    }
}
