import JSONText
package import NIOCore
import ServiceAPI

/// Reads the body of an `infer` request: JSON, followed by the bytes of the tensors that announce `binary_data_size`.
package struct InferenceRequestReader {
    private var request = InferenceRequest()
    private var hasInputs = false
    /// Inputs whose bytes follow the JSON, in order: index and size.
    private var binaryInputs: [(index: Int, size: Int)] = []

    private static let tensorLimit = 1024

    /// - Parameter headerLength: Text of `Inference-Header-Content-Length`; nil when the body is all JSON, 0 when it is all
    ///   bytes of the only input.
    package static func read(
        _ body: ByteBuffer, headerLength: String?
    ) throws(InferenceError) -> InferenceRequest {
        var body = body
        let length = try jsonLength(headerLength, in: body)
        guard length > 0 || headerLength == nil else {
            return InferenceRequest(rawInput: body, binaryByDefault: true)
        }
        // The length is within the body.
        guard let json = body.readSlice(length: length) else {
            throw InferenceError(.invalidRequest, "the body is shorter than its JSON")
        }
        var reader = InferenceRequestReader()
        do throws(JSONError) {
            try json.withUnsafeReadableBytes { (bytes) throws(JSONError) in
                var cursor = JSONCursor(bytes)
                try reader.readRequest(&cursor)
                try cursor.expectEnd()
            }
        } catch {
            throw InferenceError(.invalidRequest, "the request's JSON: \(error.message) at byte \(error.offset)")
        }
        try reader.attach(&body)
        return reader.request
    }

    private static func jsonLength(_ text: String?, in body: ByteBuffer) throws(InferenceError) -> Int {
        guard let text else { return body.readableBytes }
        guard let length = Int(text), text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            length <= body.readableBytes
        else {
            throw InferenceError(
                .invalidRequest,
                "Inference-Header-Content-Length is '\(text.prefix(40))', expected 0 to \(body.readableBytes)")
        }
        return length
    }

    /// Gives the binary inputs their slices of the rest of the body.
    private mutating func attach(_ rest: inout ByteBuffer) throws(InferenceError) {
        for (index, size) in binaryInputs {
            let name = request.inputs[index].name
            guard size <= rest.readableBytes, let data = rest.readSlice(length: size) else {
                throw InferenceError(
                    .invalidRequest,
                    "input '\(name)' announces \(size) bytes, the body has \(rest.readableBytes) left")
            }
            request.inputs[index].data = data
        }
        guard rest.readableBytes == 0 else {
            throw InferenceError(
                .invalidRequest, "\(rest.readableBytes) bytes follow the tensors that announce binary_data_size")
        }
    }

    // MARK: JSON

    private mutating func readRequest(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.readObject { (cursor, key) throws(JSONError) in
            switch key {
            case "id": try readID(&cursor)
            case "parameters": try readParameters(&cursor)
            case "inputs":
                hasInputs = true
                try cursor.readArray { (cursor) throws(JSONError) in try readInput(&cursor) }
            case "outputs":
                request.outputs = []
                try cursor.readArray { (cursor) throws(JSONError) in try readOutput(&cursor) }
            default: try cursor.skipValue()
            }
        }
        guard hasInputs else { throw cursor.error("'inputs' is missing") }
    }

    private mutating func readID(_ cursor: inout JSONCursor) throws(JSONError) {
        guard cursor.peek() == UInt8(ascii: "\"") else { throw cursor.error("'id' must be a string") }
        request.id = try cursor.readString()
    }

    private mutating func readParameters(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.readObject { (cursor, key) throws(JSONError) in
            let value = try RequestParameter.read(&cursor, key)
            switch key {
            case "binary_data_output":
                request.binaryByDefault = try RequestParameter.bool(value, key, cursor)
            case "priority":
                request.priority = try RequestParameter.count(value, key, cursor)
            case "timeout":
                request.timeout = try RequestParameter.count(value, key, cursor)
            default:
                if let fault = RequestParameter.fault(key) { throw cursor.error(fault) }
            }
        }
    }

    private mutating func readInput(_ cursor: inout JSONCursor) throws(JSONError) {
        guard request.inputs.count < Self.tensorLimit else {
            throw cursor.error("more than \(Self.tensorLimit) inputs")
        }
        var input = TensorReader()
        try cursor.readObject { (cursor, key) throws(JSONError) in try input.readMember(key, &cursor) }
        let tensor = try input.finish(cursor)
        if let size = input.binarySize { binaryInputs.append((request.inputs.count, size)) }
        request.inputs.append(tensor)
    }

    private mutating func readOutput(_ cursor: inout JSONCursor) throws(JSONError) {
        guard request.outputs?.count ?? 0 < Self.tensorLimit else {
            throw cursor.error("more than \(Self.tensorLimit) outputs")
        }
        var name: String?
        // As Triton does: an output that is listed is JSON unless it says otherwise.
        var isBinary = false
        var classes: Int?
        try cursor.readObject { (cursor, key) throws(JSONError) in
            switch key {
            case "name":
                name = try cursor.readString()
            case "parameters":
                try cursor.readObject { (cursor, key) throws(JSONError) in
                    let value = try RequestParameter.read(&cursor, key)
                    switch key {
                    case "binary_data":
                        isBinary = try RequestParameter.bool(value, key, cursor)
                    case "classification":
                        let count = try RequestParameter.count(value, key, cursor)
                        guard 1...Classification.countLimit ~= count else {
                            throw cursor.error(
                                "parameter 'classification' is \(count), expected 1 to \(Classification.countLimit)")
                        }
                        classes = count
                    default:
                        if let fault = RequestParameter.fault(key) { throw cursor.error(fault) }
                    }
                }
            default:
                try cursor.skipValue()
            }
        }
        guard let name else { throw cursor.error("an output has no 'name'") }
        request.outputs?.append(.init(name: name, isBinary: isBinary, classes: classes))
    }
}
