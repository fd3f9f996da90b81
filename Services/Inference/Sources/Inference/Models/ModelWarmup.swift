import JSONText
import NIOCore
import ServiceAPI

/// A request that a version must answer before it is ready: engines compile and allocate at their first.
package struct ModelWarmup: Sendable, Equatable {
    package struct Input: Sendable, Equatable {
        package var shape: [Int]
        package var data: Data
    }

    /// What the elements are.
    package enum Data: Sendable, Equatable {
        case zero
        /// From 0 up to 1, the same at every start.
        case random
        case constant(Double)
    }

    package var inputs: [String: Input] = [:]
    /// How often each instance executes it.
    package var count = 1

    private static let byteLimit = 1 << 30

    /// The request's tensors for a model.
    func tensors(for signature: ModelSignature) throws(InferenceError) -> [InputTensor] {
        var tensors: [InputTensor] = []
        for (name, input) in inputs.sorted(by: { $0.key < $1.key }) {
            guard let declared = signature.inputs.first(where: { $0.name == name }) else {
                throw InferenceError(.invalidModel, "'warmup' names the input '\(name)', which the model lacks")
            }
            guard let count = Tensor.elementCount(of: input.shape),
                case (let bytes, false) = count.multipliedReportingOverflow(by: declared.datatype.width ?? 4),
                bytes <= Self.byteLimit
            else {
                throw InferenceError(.invalidModel, "'warmup.inputs.\(name)' is too large: \(input.shape)")
            }
            tensors.append(
                InputTensor(
                    name: name, datatype: declared.datatype, shape: input.shape,
                    bytes: .received(try Self.bytes(input.data, declared.datatype, count: count, name))))
        }
        return try signature.arrange(tensors)
    }

    private static func bytes(
        _ data: Data, _ datatype: TensorDatatype, count: Int, _ name: String
    ) throws(InferenceError) -> ByteBuffer {
        switch (data, datatype) {
        // An element of BYTES of length 0 is four zeros too.
        case (.zero, _): return ByteBuffer(repeating: 0, count: count * (datatype.width ?? 4))
        case (.random, .fp32): return elements(count) { Float(next: &$0) }
        case (.random, .fp64): return elements(count) { Double(next: &$0) }
        case (.constant(let value), .fp32): return elements(count) { _ in Float(value) }
        case (.constant(let value), .fp64): return elements(count) { _ in value }
        case (.constant(let value), .int64): return try integers(value, Int64.self, count, name)
        case (.constant(let value), .int32): return try integers(value, Int32.self, count, name)
        case (.constant(let value), .int16): return try integers(value, Int16.self, count, name)
        case (.constant(let value), .int8): return try integers(value, Int8.self, count, name)
        case (.constant(let value), .uint64): return try integers(value, UInt64.self, count, name)
        case (.constant(let value), .uint32): return try integers(value, UInt32.self, count, name)
        case (.constant(let value), .uint16): return try integers(value, UInt16.self, count, name)
        case (.constant(let value), .uint8): return try integers(value, UInt8.self, count, name)
        default:
            throw InferenceError(
                .invalidModel, "'warmup.inputs.\(name).data' does not fit \(datatype.rawValue); \"zero\" always does")
        }
    }

    private static func integers<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ value: Double, _ type: Integer.Type, _ count: Int, _ name: String
    ) throws(InferenceError) -> ByteBuffer {
        guard let integer = Integer(exactly: value) else {
            throw InferenceError(.invalidModel, "'warmup.inputs.\(name).data' is \(value), which is no \(Integer.self)")
        }
        return elements(count) { _ in integer }
    }

    private static func elements<Element: BitwiseCopyable>(
        _ count: Int, _ next: (inout UInt64) -> Element
    ) -> ByteBuffer {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        var values: [Element] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(next(&state)) }
        return values.withUnsafeBytes { ByteBuffer(bytes: $0) }
    }
}

extension BinaryFloatingPoint {
    /// The next of a xorshift sequence, from 0 up to 1.
    ///
    /// G. Marsaglia, "Xorshift RNGs", 2003.
    fileprivate init(next state: inout UInt64) {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        self = Self(state >> 40) / Self(1 << 24)
    }
}

extension ModelWarmup {
    /// Reads the value of `warmup`.
    static func read(_ value: JSONValue, _ reader: JSONObjectReader) throws(InferenceError) -> [ModelWarmup] {
        guard case .array(let elements) = value, elements.count <= 100 else {
            throw reader.mismatch("warmup", value, "an array of at most 100 requests")
        }
        var warmups: [ModelWarmup] = []
        for (index, element) in elements.enumerated() {
            var reader = try JSONObjectReader(element, path: "warmup[\(index)]")
            var warmup = ModelWarmup()
            warmup.count = try reader.integer("count", in: 1...10_000) ?? 1
            guard case .object(let inputs)? = reader.take("inputs"), !inputs.isEmpty else {
                throw reader.mismatch("inputs", .null, "an object of inputs by name")
            }
            for (name, value) in inputs {
                warmup.inputs[name] = try Input(value, path: "warmup[\(index)].inputs.\(name)")
            }
            try reader.finish()
            warmups.append(warmup)
        }
        return warmups
    }
}

extension ModelWarmup.Input {
    fileprivate init(_ value: JSONValue, path: String) throws(InferenceError) {
        var reader = try JSONObjectReader(value, path: path)
        guard case .array(let dimensions)? = reader.take("shape") else {
            throw reader.mismatch("shape", .null, "an array of positive integers")
        }
        var shape: [Int] = []
        for dimension in dimensions {
            guard case .integer(let number) = dimension, number > 0, let size = Int(exactly: number) else {
                throw reader.mismatch("shape", dimension, "a positive integer")
            }
            shape.append(size)
        }
        self.shape = shape
        switch reader.take("data") {
        case nil, .string("zero")?: data = .zero
        case .string("random")?: data = .random
        case .integer(let number)?: data = .constant(Double(number))
        case .number(let number, _)?: data = .constant(number)
        case let other?: throw reader.mismatch("data", other, "\"zero\", \"random\" or a number")
        }
        try reader.finish()
    }
}
