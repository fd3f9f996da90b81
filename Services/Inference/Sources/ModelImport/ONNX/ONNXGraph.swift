/// An ONNX model under construction.
///
/// Numbers of fields and types are those of `onnx.proto` (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). The graph
/// holds only small constants; weights are references into the data file beside it, see ``WeightFile``.
struct ONNXGraph {
    /// `Gelu` came with operator set 20; ONNX Runtime reads it since 1.17, OpenVINO since 2024.0.
    private static let operatorSet: Int64 = 20
    /// The file format that goes with operator set 20.
    private static let irVersion: Int64 = 9

    /// A tensor in the graph.
    struct Value: Hashable {
        let name: String

        fileprivate init(name: String) { self.name = name }
    }

    private struct Node {
        var operation: String
        var arguments: [Value]
        var result: Value
        var attributes: [Attribute]
    }

    enum ElementType: Int64 {
        case float = 1
        case int64 = 7
        case bool = 9
    }

    /// One dimension of an input or output.
    enum Dimension {
        case fixed(Int)
        /// Free; equal names mean equal sizes.
        case named(String)

        /// -1 when it is free.
        var size: Int { if case .fixed(let size) = self { size } else { -1 } }
    }

    enum Attribute {
        case integer(String, Int)
        case integers(String, [Int])
        case float(String, Double)
        case string(String, String)
    }

    /// Stands before the names of nodes; for layers whose weights, and so names, are the same.
    var scope = ""
    private(set) var weights: WeightFile
    private var nodes: [Node] = []
    private var initializers: [ProtobufMessage] = []
    private var inputs: [ProtobufMessage] = []
    private var outputs: [ProtobufMessage] = []
    private var outputNames: [Value: String] = [:]
    private var names: Set<String> = []
    private var shared: [String: Value] = [:]

    init(weightFileName: String) { weights = WeightFile(name: weightFileName) }

    // MARK: Interface

    mutating func input(_ name: String, _ type: ElementType, _ shape: [Dimension]) -> Value {
        inputs.append(Self.valueInfo(name, type, shape))
        return define(name)
    }

    /// Makes the result of a node an output of the model, under the name that it has there.
    ///
    /// An `Identity` node would do as well, were there no engines that remove it together with its name.
    mutating func output(_ value: Value, named name: String, _ type: ElementType, _ shape: [Dimension]) {
        outputs.append(Self.valueInfo(name, type, shape))
        outputNames[value] = define(name).name
    }

    // MARK: Constants

    /// A weight; asked for twice, it is stored once.
    mutating func weight(_ tensor: StoredTensor) -> Value {
        if let value = shared[tensor.name] { return value }
        let offset = weights.place(tensor)
        var message = Self.tensor(tensor.name, .float, tensor.shape)
        let location = [
            ("location", weights.name), ("offset", "\(offset)"), ("length", "\(WeightFile.byteCount(tensor))"),
        ]
        for (key, value) in location {
            var entry = ProtobufMessage()
            entry.append(1, string: key)
            entry.append(2, string: value)
            message.append(13, message: entry)
        }
        message.append(14, integer: 1)
        initializers.append(message)
        let value = define(tensor.name)
        shared[tensor.name] = value
        return value
    }

    /// A list of integers, as shapes and axes are; equal lists are stored once.
    mutating func integers(_ values: [Int]) -> Value {
        constant("integers\(values)", .int64, [values.count]) { bytes in
            for value in values { bytes.append(littleEndian: UInt64(bitPattern: Int64(value))) }
        }
    }

    mutating func integer(_ value: Int) -> Value {
        constant("integer[\(value)]", .int64, []) { bytes in
            bytes.append(littleEndian: UInt64(bitPattern: Int64(value)))
        }
    }

    mutating func scalar(_ value: Float) -> Value {
        constant("scalar[\(value)]", .float, []) { bytes in bytes.append(littleEndian: value.bitPattern) }
    }

    private mutating func constant(
        _ name: String,
        _ type: ElementType,
        _ shape: [Int],
        _ encode: (inout [UInt8]) -> Void
    ) -> Value {
        if let value = shared[name] { return value }
        var bytes: [UInt8] = []
        encode(&bytes)
        var message = Self.tensor(name, type, shape)
        message.append(9, bytes: bytes)
        initializers.append(message)
        let value = define(name)
        shared[name] = value
        return value
    }

    // MARK: Nodes

    /// Adds a node and gives its only result, which is called like the node.
    mutating func node(
        _ operation: String,
        _ name: String,
        _ arguments: [Value],
        _ attributes: [Attribute] = []
    ) -> Value {
        let result = define(scope + name)
        nodes.append(Node(operation: operation, arguments: arguments, result: result, attributes: attributes))
        return result
    }

    private mutating func define(_ name: String) -> Value {
        precondition(names.insert(name).inserted, "two values are called \(name)")
        return Value(name: name)
    }

    // MARK: File

    /// The bytes of the model file.
    func serialized(name: String, producer: String, version: String) -> [UInt8] {
        var graph = ProtobufMessage()
        for node in nodes { graph.append(1, message: message(node)) }
        graph.append(2, string: name)
        for initializer in initializers { graph.append(5, message: initializer) }
        for input in inputs { graph.append(11, message: input) }
        for output in outputs { graph.append(12, message: output) }

        var operatorSet = ProtobufMessage()
        operatorSet.append(1, string: "")
        operatorSet.append(2, integer: Self.operatorSet)

        var model = ProtobufMessage()
        model.append(1, integer: Self.irVersion)
        model.append(2, string: producer)
        model.append(3, string: version)
        model.append(7, message: graph)
        model.append(8, message: operatorSet)
        return model.bytes
    }

    private func message(_ node: Node) -> ProtobufMessage {
        func name(_ value: Value) -> String { outputNames[value] ?? value.name }
        var message = ProtobufMessage()
        for argument in node.arguments { message.append(1, string: name(argument)) }
        message.append(2, string: name(node.result))
        message.append(3, string: name(node.result))
        message.append(4, string: node.operation)
        for attribute in node.attributes { message.append(5, message: attribute.message) }
        return message
    }

    private static func tensor(_ name: String, _ type: ElementType, _ shape: [Int]) -> ProtobufMessage {
        var message = ProtobufMessage()
        for dimension in shape { message.append(1, integer: Int64(dimension)) }
        message.append(2, integer: type.rawValue)
        message.append(8, string: name)
        return message
    }

    private static func valueInfo(_ name: String, _ type: ElementType, _ shape: [Dimension]) -> ProtobufMessage {
        var dimensions = ProtobufMessage()
        for dimension in shape {
            var message = ProtobufMessage()
            switch dimension {
            case .fixed(let size): message.append(1, integer: Int64(size))
            case .named(let name): message.append(2, string: name)
            }
            dimensions.append(1, message: message)
        }
        var tensorType = ProtobufMessage()
        tensorType.append(1, integer: type.rawValue)
        tensorType.append(2, message: dimensions)
        var valueType = ProtobufMessage()
        valueType.append(1, message: tensorType)
        var info = ProtobufMessage()
        info.append(1, string: name)
        info.append(2, message: valueType)
        return info
    }
}

extension ONNXGraph.Attribute {
    fileprivate var message: ProtobufMessage {
        var message = ProtobufMessage()
        switch self {
        case .float(let name, let value):
            message.append(1, string: name)
            message.append(2, float: Float(value))
            message.append(20, integer: 1)
        case .integer(let name, let value):
            message.append(1, string: name)
            message.append(3, integer: Int64(value))
            message.append(20, integer: 2)
        case .string(let name, let value):
            message.append(1, string: name)
            message.append(4, string: value)
            message.append(20, integer: 3)
        case .integers(let name, let values):
            message.append(1, string: name)
            for value in values { message.append(8, integer: Int64(value)) }
            message.append(20, integer: 7)
        }
        return message
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
