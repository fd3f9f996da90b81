import JSONText
import NIOCore
import ServiceAPI

/// Writes the answer to an `infer` request: JSON, followed by the bytes of the outputs in binary form.
struct InferenceResponseWriter {
    struct Answer {
        var body: ByteBuffer
        /// The value of `Inference-Header-Content-Length`; nil when all is JSON.
        var headerLength: Int?
    }

    let model: String
    let version: Int
    let id: String?

    /// - Parameter outputs: Each with whether it goes in binary form.
    func write(_ outputs: [(tensor: OutputTensor, isBinary: Bool)]) throws(InferenceError) -> Answer {
        let jsonBytes = outputs.reduce(0) { $0 + ($1.isBinary ? 0 : $1.tensor.bytes.count * 3) }
        var json = JSONWriter(reservingCapacity: 512 + min(jsonBytes, 64 << 20))
        json.raw("{")
        if let id {
            json.raw("\"id\":")
            json.string(id)
            json.raw(",")
        }
        json.raw("\"model_name\":")
        json.string(model)
        json.raw(",\"model_version\":")
        json.string(String(version))
        json.raw(",\"outputs\":[")
        for (index, (tensor, isBinary)) in outputs.enumerated() {
            if index > 0 { json.raw(",") }
            try Self.write(tensor, isBinary: isBinary, &json)
        }
        json.raw("]}")

        let binary = outputs.filter { $0.isBinary && $0.tensor.bytes.count > 0 }
        let headerLength = json.buffer.readableBytes
        let total = headerLength + binary.reduce(0) { $0 + $1.tensor.bytes.count }
        guard total <= Int(UInt32.max) / 2 else {
            throw InferenceError(.engineFailed, "the answer has \(total) bytes, more than one response can carry")
        }
        var body = json.buffer
        body.reserveCapacity(total)
        for (tensor, _) in binary { body.writeBytes(tensor.bytes) }
        return Answer(body: body, headerLength: binary.isEmpty ? nil : headerLength)
    }

    private static func write(
        _ tensor: OutputTensor, isBinary: Bool, _ json: inout JSONWriter
    ) throws(InferenceError) {
        json.raw("{\"name\":")
        json.string(tensor.name)
        json.raw(",\"datatype\":")
        json.string(tensor.datatype.rawValue)
        json.raw(",\"shape\":")
        json.array(tensor.shape) { $0.integer($1) }
        if isBinary {
            json.raw(",\"parameters\":{\"binary_data_size\":")
            json.integer(tensor.bytes.count)
            json.raw("}}")
        } else {
            json.raw(",\"data\":")
            try writeData(of: tensor, &json)
            json.raw("}")
        }
    }

    private static func writeData(of tensor: OutputTensor, _ json: inout JSONWriter) throws(InferenceError) {
        switch tensor.datatype {
        case .bool:
            json.array(tensor.bytes) { $0.bool($1 != 0) }
        case .uint8: json.numbers(tensor.elements(UInt8.self))
        case .uint16: json.numbers(tensor.elements(UInt16.self))
        case .uint32: json.numbers(tensor.elements(UInt32.self))
        case .uint64: json.numbers(tensor.elements(UInt64.self))
        case .int8: json.numbers(tensor.elements(Int8.self))
        case .int16: json.numbers(tensor.elements(Int16.self))
        case .int32: json.numbers(tensor.elements(Int32.self))
        case .int64: json.numbers(tensor.elements(Int64.self))
        case .fp32: json.numbers(try finite(tensor.elements(Float.self), of: tensor))
        case .fp64: json.numbers(try finite(tensor.elements(Double.self), of: tensor))
        case .bytes: try writeStrings(of: tensor, &json)
        case .fp16, .bf16:
            throw InferenceError(
                .invalidRequest,
                "output '\(tensor.name)' is \(tensor.datatype.rawValue), which has no JSON form: request it with binary_data"
            )
        }
    }

    private static func finite<Value: BinaryFloatingPoint>(
        _ values: UnsafeBufferPointer<Value>, of tensor: OutputTensor
    ) throws(InferenceError) -> UnsafeBufferPointer<Value> {
        guard values.allSatisfy(\.isFinite) else {
            throw InferenceError(
                .notRepresentable,
                "output '\(tensor.name)' holds NaN or infinity, which JSON cannot carry: request it with binary_data")
        }
        return values
    }

    private static func writeStrings(of tensor: OutputTensor, _ json: inout JSONWriter) throws(InferenceError) {
        let elements = ByteElements(UnsafeRawBufferPointer(tensor.bytes))
        guard elements.allSatisfy({ String(validating: $0, as: UTF8.self) != nil }) else {
            throw InferenceError(
                .notRepresentable,
                "output '\(tensor.name)' holds bytes that are not UTF-8, which JSON cannot carry: request it with binary_data"
            )
        }
        json.array(elements) { json, element in json.string(String(decoding: element, as: UTF8.self)) }
    }
}

extension OutputTensor {
    /// The bytes as elements of the tensor's datatype.
    fileprivate func elements<Element: BitwiseCopyable>(_ type: Element.Type) -> UnsafeBufferPointer<Element> {
        UnsafeRawBufferPointer(bytes).assumingMemoryBound(to: Element.self)
    }
}
