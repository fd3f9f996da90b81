import ArgumentParser
import NIOCore
package import ServiceAPI

/// `--shape 8,128` or `--shape input_ids:8,128`.
package struct ShapeOption: Sendable {
    /// Nil stands for every input with a free dimension.
    let input: String?
    let dimensions: [Int]

    private static let elementLimit = 1 << 28

    package init(_ text: String) throws {
        let colon = text.lastIndex(of: ":")
        input = colon.map { String(text[..<$0]) }
        let list = colon.map { text[text.index(after: $0)...] } ?? text[...]
        let parts = list.split(separator: ",", omittingEmptySubsequences: false)
        dimensions = parts.compactMap { Int($0) }.filter { $0 > 0 }
        guard dimensions.count == parts.count, let count = Tensor.elementCount(of: dimensions),
            count <= Self.elementLimit
        else { throw ValidationError("--shape takes NAME:D,D… or D,D…, not '\(text)'") }
    }
}

/// Tensors that a model takes, always the same.
///
/// Integers are 1, which is an index into every vocabulary and true in every mask; floating-point numbers are spread over
/// -1 to 1; texts are short sentences.
package struct SampleTensors {
    package let tensors: [Tensor]

    package init(_ inputs: [ModelMetadata.TensorDescription], shapes: [ShapeOption]) throws {
        for shape in shapes {
            guard let name = shape.input, !inputs.contains(where: { $0.name == name }) else { continue }
            throw CommandError(
                ExitStatus.noInput,
                "--shape names '\(name)'; the model's inputs are \(inputs.map(\.name).joined(separator: ", "))")
        }
        tensors = try inputs.map { input in
            let given =
                shapes.last { $0.input == input.name } ?? shapes.last { $0.input == nil && input.shape.contains(-1) }
            let shape = given?.dimensions ?? input.shape
            guard shape.count == input.shape.count,
                zip(input.shape, shape).allSatisfy({ $1 > 0 && ($0 == $1 || $0 == -1) })
            else {
                let example = input.shape.map { $0 == -1 ? "1" : String($0) }.joined(separator: ",")
                throw CommandError(
                    ExitStatus.noInput,
                    "input '\(input.name)' is \(input.datatype.rawValue) \(input.shape): give its shape, for example --shape \(input.name):\(example)"
                )
            }
            return Tensor(
                name: input.name, datatype: input.datatype, shape: shape, data: Self.data(input.datatype, shape))
        }
    }

    private static func data(_ datatype: TensorDatatype, _ shape: [Int]) -> ByteBuffer {
        let count = Tensor.elementCount(of: shape) ?? 0
        var data = ByteBuffer()
        data.reserveCapacity(count * (datatype.width ?? 24))
        for index in 0..<count {
            // Steps of the golden ratio cover the range evenly.
            let value = (Double(index) * 0.618_033_988_75).truncatingRemainder(dividingBy: 1) * 2 - 1
            switch datatype {
            case .bool, .uint8, .int8: data.writeInteger(UInt8(1))
            case .uint16, .int16: data.writeInteger(UInt16(1), endianness: .little)
            case .uint32, .int32: data.writeInteger(UInt32(1), endianness: .little)
            case .uint64, .int64: data.writeInteger(UInt64(1), endianness: .little)
            case .fp16: data.writeInteger(halfBits(Float(value)), endianness: .little)
            case .bf16: data.writeInteger(UInt16(Float(value).bitPattern >> 16), endianness: .little)
            case .fp32: data.writeInteger(Float(value).bitPattern, endianness: .little)
            case .fp64: data.writeInteger(value.bitPattern, endianness: .little)
            case .bytes:
                let text = "This is a text."
                data.writeInteger(UInt32(text.utf8.count), endianness: .little)
                data.writeString(text)
            }
        }
        return data
    }

    /// IEEE 754 binary16 of a number within -1 to 1, cut off; Swift's Float16 is not on every platform.
    private static func halfBits(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        let sign = UInt16(bits >> 16 & 0x8000)
        let exponent = Int(bits >> 23 & 0xFF) - 127 + 15
        return exponent <= 0 ? sign : sign | UInt16(exponent) << 10 | UInt16(bits >> 13 & 0x3FF)
    }
}
