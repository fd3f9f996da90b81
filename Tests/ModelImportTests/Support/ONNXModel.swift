/// An ONNX file as read back by these tests: enough of protocol buffers to look at a graph.
struct ONNXModel {
    struct Node {
        var operation = ""
        var name = ""
        var inputs: [String] = []
        var outputs: [String] = []
    }

    struct Initializer {
        var name = ""
        var shape: [Int] = []
        var type = 0
        var external: [String: String] = [:]
        var isExternal = false
        var raw: [UInt8] = []
    }

    struct Malformed: Error {}

    var irVersion = 0
    var operatorSet = 0
    var nodes: [Node] = []
    var initializers: [Initializer] = []
    /// Name, element type and dimensions (numbers or names).
    var inputs: [(name: String, type: Int, shape: [String])] = []
    var outputs: [(name: String, type: Int, shape: [String])] = []

    init(_ bytes: [UInt8]) throws {
        for field in try Field.read(bytes[...]) {
            switch field.number {
            case 1: irVersion = field.integer
            case 7: try readGraph(field.bytes)
            case 8:
                for field in try Field.read(field.bytes) where field.number == 2 { operatorSet = field.integer }
            default: break
            }
        }
    }

    private mutating func readGraph(_ bytes: ArraySlice<UInt8>) throws {
        for field in try Field.read(bytes) {
            switch field.number {
            case 1:
                var node = Node()
                for field in try Field.read(field.bytes) {
                    switch field.number {
                    case 1: node.inputs.append(field.text)
                    case 2: node.outputs.append(field.text)
                    case 3: node.name = field.text
                    case 4: node.operation = field.text
                    default: break
                    }
                }
                nodes.append(node)
            case 5: initializers.append(try Self.initializer(field.bytes))
            case 11: inputs.append(try Self.valueInfo(field.bytes))
            case 12: outputs.append(try Self.valueInfo(field.bytes))
            default: break
            }
        }
    }

    private static func initializer(_ bytes: ArraySlice<UInt8>) throws -> Initializer {
        var tensor = Initializer()
        for field in try Field.read(bytes) {
            switch field.number {
            case 1: tensor.shape.append(field.integer)
            case 2: tensor.type = field.integer
            case 8: tensor.name = field.text
            case 9: tensor.raw = Array(field.bytes)
            case 13:
                let entry = try Field.read(field.bytes)
                tensor.external[entry[0].text] = entry[1].text
            case 14: tensor.isExternal = field.integer == 1
            default: break
            }
        }
        return tensor
    }

    private static func valueInfo(_ bytes: ArraySlice<UInt8>) throws -> (String, Int, [String]) {
        let info = try Field.read(bytes)
        let tensor = try Field.read(Field.read(info[1].bytes)[0].bytes)
        let shape = try Field.read(tensor[1].bytes).map { dimension in
            let field = try Field.read(dimension.bytes)[0]
            return field.number == 1 ? "\(field.integer)" : field.text
        }
        return (info[0].text, tensor[0].integer, shape)
    }
}

/// A field of a protocol-buffers message.
private struct Field {
    var number: Int
    var integer = 0
    var bytes: ArraySlice<UInt8> = []

    var text: String { String(decoding: bytes, as: UTF8.self) }

    static func read(_ message: ArraySlice<UInt8>) throws -> [Field] {
        var rest = message
        var fields: [Field] = []
        while !rest.isEmpty {
            let tag = try varint(&rest)
            var field = Field(number: tag >> 3)
            switch tag & 7 {
            case 0: field.integer = try varint(&rest)
            case 2: field.bytes = try take(&rest, try varint(&rest))
            case 5: field.bytes = try take(&rest, 4)
            default: throw ONNXModel.Malformed()
            }
            fields.append(field)
        }
        return fields
    }

    private static func take(_ rest: inout ArraySlice<UInt8>, _ count: Int) throws -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest.count else { throw ONNXModel.Malformed() }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) throws -> Int {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { throw ONNXModel.Malformed() }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int(truncatingIfNeeded: value) }
        }
        throw ONNXModel.Malformed()
    }
}
