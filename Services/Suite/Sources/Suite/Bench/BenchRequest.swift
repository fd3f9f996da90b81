import Foundation
package import NIOCore
package import ServiceAPI

/// How tensors travel.
package enum RequestFormat: String, Sendable, CaseIterable {
    case binary
    case json
}

/// The one request that a run sends again and again.
package struct BenchRequest: Sendable {
    package let body: ByteBuffer
    /// Bytes of it that are JSON; nil when all are.
    package let headerLength: Int?

    package init(_ tensors: [Tensor], format: RequestFormat) throws {
        switch format {
        case .binary: (body, headerLength) = try InferenceRequestMessage(inputs: tensors).encoded()
        case .json:
            body = try Self.json(tensors)
            headerLength = nil
        }
    }

    private static func json(_ tensors: [Tensor]) throws -> ByteBuffer {
        var inputs: [String] = []
        for tensor in tensors {
            let name = String(decoding: try JSONEncoder().encode(tensor.name), as: UTF8.self)
            guard let values = values(of: tensor) else {
                throw CommandError(
                    ExitStatus.noInput, "input '\(tensor.name)' is \(tensor.datatype.rawValue), which has no JSON form")
            }
            inputs.append(
                "{\"name\":\(name),\"shape\":\(tensor.shape),\"datatype\":\"\(tensor.datatype.rawValue)\",\"data\":[\(values.joined(separator: ","))]}"
            )
        }
        return ByteBuffer(string: "{\"inputs\":[\(inputs.joined(separator: ","))]}")
    }

    private static func values(of tensor: Tensor) -> [String]? {
        var data = tensor.data
        var values: [String] = []
        func read<Number: FixedWidthInteger>(_ type: Number.Type, _ text: (Number) -> String) {
            while let number = data.readInteger(endianness: .little, as: type) { values.append(text(number)) }
        }
        switch tensor.datatype {
        case .bool: read(UInt8.self) { $0 == 0 ? "false" : "true" }
        case .uint8: read(UInt8.self, \.description)
        case .uint16: read(UInt16.self, \.description)
        case .uint32: read(UInt32.self, \.description)
        case .uint64: read(UInt64.self, \.description)
        case .int8: read(Int8.self, \.description)
        case .int16: read(Int16.self, \.description)
        case .int32: read(Int32.self, \.description)
        case .int64: read(Int64.self, \.description)
        case .fp32: read(UInt32.self) { Float(bitPattern: $0).description }
        case .fp64: read(UInt64.self) { Double(bitPattern: $0).description }
        case .fp16, .bf16: return nil
        case .bytes:
            while let length = data.readInteger(endianness: .little, as: UInt32.self),
                let text = data.readString(length: Int(length))
            {
                values.append("\"\(text)\"")
            }
        }
        return values
    }
}
