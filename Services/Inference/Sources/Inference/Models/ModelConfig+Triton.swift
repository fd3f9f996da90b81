import JSONText
import ServiceAPI

extension ModelConfig {
    /// Reads a configuration in the form of Triton's `ModelConfig` as JSON, such as `GET …/config` answers with.
    ///
    /// Settings that this server does not have are refused unless they say nothing. The keys of `config.json` that Triton
    /// lacks may stand beside Triton's.
    package init(triton json: [UInt8]) throws(InferenceError) {
        let document: JSONValue
        do throws(JSONError) {
            document = try json.withUnsafeBufferPointer { (bytes) throws(JSONError) in
                try JSONValue(parsing: UnsafeRawBufferPointer(bytes))
            }
        } catch {
            throw InferenceError(.invalidModel, "not valid JSON: \(error.message) at byte \(error.offset)")
        }
        try self.init(triton: document)
    }

    /// Reads a configuration in the form of Triton's `config.pbtxt`.
    package init(tritonText text: [UInt8]) throws(InferenceError) {
        let format = ProtobufText(lists: TritonTranslation.lists, maps: TritonTranslation.maps)
        try self.init(triton: try format.read(text))
    }

    private init(triton document: JSONValue) throws(InferenceError) {
        guard case .object(let members) = document else {
            throw InferenceError(.invalidModel, "it is \(document.kind), not an object")
        }
        var translation = TritonTranslation()
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            try translation.add(
                key, value, hasBatchDimension: members["max_batch_size"].map { $0 != .integer(0) } ?? false)
        }
        if !translation.labels.isEmpty { translation.own["labels"] = .object(translation.labels) }
        try translation.nameBackend()
        try self.init(.object(translation.own))
    }
}

/// Turns members of Triton's configuration into those of `config.json`.
private struct TritonTranslation {
    var own: [String: JSONValue] = [:]
    var labels: [String: JSONValue] = [:]

    /// Members that mean the same in both.
    private static let shared: Set = [
        "name", "backend", "max_batch_size", "dynamic_batching", "axes", "limits", "queue", "ragged", "isolation",
        "max_batch_tokens", "max_batch_bytes", "checksums", "response_cache", "version_labels", "traffic", "rate_limit",
        "ensemble_scheduling", "time_limit_microseconds", "pin_instances", "inline_microseconds",
    ]
    /// Hints to engines of Triton, and its own bookkeeping.
    private static let ignored: Set = ["optimization", "metric_tags"]

    /// Fields of `ModelConfig` that are lists, and those that are maps (model_config.proto); those of what is not supported are
    /// left out.
    static let lists: Set = [
        "input", "output", "dims", "shape", "instance_group", "model_warmup", "step", "versions",
        "preferred_batch_size",
    ]
    static let maps: Set = ["parameters", "inputs", "input_map", "output_map", "priority_queue_policy", "metric_tags"]

    /// Backends that Triton has under another name, and the file it looks for where none is named.
    private static let foreign: [String: (backend: String, file: String)] = [
        "pytorch": ("libtorch", "model.pt"), "pytorch_libtorch": ("libtorch", "model.pt"),
        "onnxruntime_onnx": ("onnxruntime", "model.onnx"), "tensorflow_savedmodel": ("openvino", "model.savedmodel"),
    ]
    private var platform: String?

    mutating func add(_ key: String, _ value: JSONValue, hasBatchDimension: Bool) throws(InferenceError) {
        switch key {
        case "name", "backend": if value != .string("") { own[key] = value }
        case "platform":
            if value == .string("ensemble") { own[key] = value }
            if case .string(let name) = value { platform = name }
        case _ where Self.shared.contains(key): own[key] = value
        case _ where Self.ignored.contains(key): break
        case "default_model_filename": if value != .string("") { own["file"] = value }
        case "version_policy": own["versions"] = try versions(value)
        case "instance_group": own["instances"] = try instances(value)
        case "parameters": own["parameters"] = try parameters(value)
        case "model_warmup": own["warmup"] = try warmup(value, hasBatchDimension)
        case "input": own["inputs"] = try tensors(value, key, hasBatchDimension)
        case "output": own["outputs"] = try tensors(value, key, hasBatchDimension)
        case "model_transaction_policy":
            try expect(value, key, in: [.object(["decoupled": .bool(false)]), .object([:])])
        default: try expect(value, key, in: [.object([:]), .array([]), .string(""), .integer(0), .bool(false)])
        }
    }

    /// Finds the backend that serves what Triton's own backend or platform does.
    mutating func nameBackend() throws(InferenceError) {
        var name = platform
        if case .string(let backend)? = own["backend"] { name = backend }
        guard let name, let found = Self.foreign[name] else { return }
        own["backend"] = .string(found.backend)
        if own["file"] == nil { own["file"] = .string(found.file) }
        if found.backend == "libtorch" { try declarePorts() }
    }

    /// A model of PyTorch does not say what it takes and gives, so the plugin is told.
    private mutating func declarePorts() throws(InferenceError) {
        var parameters: [String: JSONValue] = [:]
        if case .object(let members)? = own["parameters"] { parameters = members }
        for key in ["inputs", "outputs"] where parameters[key] == nil {
            guard case .array(let tensors)? = own[key] else { continue }
            var ports: [(name: String, text: String)] = []
            for case .object(let tensor) in tensors {
                guard case .string(let name)? = tensor["name"], case .string(let datatype)? = tensor["datatype"],
                    case .array(let shape)? = tensor["shape"]
                else { continue }
                let dimensions = shape.map { dimension in
                    if case .integer(let size) = dimension { String(size) } else { "?" }
                }
                ports.append((name, "\(name) \(datatype) \(dimensions.joined(separator: ","))"))
            }
            // By Triton's convention `INPUT__1` is the second argument, wherever it stands.
            let order = ports.map { $0.name.split(separator: "__").last.flatMap { Int($0) } }
            if order.allSatisfy({ $0 != nil }), ports.allSatisfy({ $0.name.contains("__") }) {
                ports = zip(ports, order).sorted { $0.1 ?? 0 < $1.1 ?? 0 }.map(\.0)
            }
            parameters[key] = .string(ports.map(\.text).joined(separator: "; "))
        }
        own["parameters"] = .object(parameters)
    }

    private func expect(_ value: JSONValue, _ key: String, in allowed: [JSONValue]) throws(InferenceError) {
        guard !allowed.contains(value) else { return }
        throw InferenceError(.invalidModel, "'\(key.prefix(100))' is not supported")
    }

    private func mismatch(_ key: String, _ expected: String) -> InferenceError {
        InferenceError(.invalidModel, "'\(key)' is not \(expected)")
    }

    private func members(_ value: JSONValue, _ key: String) throws(InferenceError) -> [String: JSONValue] {
        guard case .object(let members) = value else { throw mismatch(key, "an object") }
        return members
    }

    private func elements(_ value: JSONValue, _ key: String) throws(InferenceError) -> [[String: JSONValue]] {
        guard case .array(let elements) = value else { throw mismatch(key, "an array") }
        var result: [[String: JSONValue]] = []
        for element in elements { result.append(try members(element, key)) }
        return result
    }

    private func versions(_ value: JSONValue) throws(InferenceError) -> JSONValue {
        let policy = try members(value, "version_policy")
        switch policy.first {
        case nil: return .string("latest")
        case ("latest", let latest)? where policy.count == 1:
            return .object(["latest": try members(latest, "version_policy.latest")["num_versions"] ?? .integer(1)])
        case ("all", _)? where policy.count == 1: return .string("all")
        case ("specific", let specific)? where policy.count == 1:
            return try members(specific, "version_policy.specific")["versions"] ?? .array([])
        default: throw mismatch("version_policy", "one of latest, all and specific")
        }
    }

    private func instances(_ value: JSONValue) throws(InferenceError) -> JSONValue {
        var count: Int64 = 0
        for group in try elements(value, "instance_group") {
            switch group["kind"] ?? .string("KIND_AUTO") {
            case .string("KIND_AUTO"), .string("KIND_CPU"), .string("KIND_MODEL"): break
            default: throw mismatch("instance_group.kind", "KIND_AUTO, KIND_CPU or KIND_MODEL")
            }
            guard case .integer(let size) = group["count"] ?? .integer(1), 0...64 ~= size else {
                throw mismatch("instance_group.count", "an integer from 0 to 64")
            }
            count += max(1, size)
        }
        return .integer(max(1, count))
    }

    private func parameters(_ value: JSONValue) throws(InferenceError) -> JSONValue {
        var result: [String: JSONValue] = [:]
        for (name, value) in try members(value, "parameters") {
            if case .object(let members) = value {
                guard let text = members["string_value"] else {
                    throw mismatch("parameters.\(name)", "{\"string_value\": …}")
                }
                result[name] = text
            } else {
                result[name] = value
            }
        }
        return .object(result)
    }

    private mutating func tensors(
        _ value: JSONValue, _ key: String, _ hasBatchDimension: Bool
    ) throws(InferenceError) -> JSONValue {
        var result: [JSONValue] = []
        for tensor in try elements(value, key) {
            guard case .string(let name)? = tensor["name"], let datatype = datatype(tensor["data_type"]),
                case .array(let dims)? = tensor["dims"]
            else { throw mismatch(key, "an array of tensors with name, data_type and dims") }
            if case .string(let file)? = tensor["label_filename"], !file.isEmpty { labels[name] = .string(file) }
            let shape = (hasBatchDimension ? [.integer(-1)] : []) + dims
            result.append(.object(["name": .string(name), "datatype": .string(datatype), "shape": .array(shape)]))
        }
        return .array(result)
    }

    private func datatype(_ value: JSONValue?) -> String? {
        guard case .string(let text)? = value, text.hasPrefix("TYPE_") else { return nil }
        return text == "TYPE_STRING" ? "BYTES" : String(text.dropFirst("TYPE_".count))
    }

    private func warmup(_ value: JSONValue, _ hasBatchDimension: Bool) throws(InferenceError) -> JSONValue {
        var result: [JSONValue] = []
        for sample in try elements(value, "model_warmup") {
            var inputs: [String: JSONValue] = [:]
            for (name, input) in try members(sample["inputs"] ?? .object([:]), "model_warmup.inputs") {
                let input = try members(input, "model_warmup.inputs")
                guard case .array(let dims)? = input["dims"] else {
                    throw mismatch("model_warmup.inputs.dims", "an array")
                }
                var batch: [JSONValue] = []
                if hasBatchDimension {
                    let size = sample["batch_size"] ?? .integer(1)
                    batch = [size == .integer(0) ? .integer(1) : size]
                }
                let data: JSONValue =
                    input["zero_data"] == .bool(true)
                    ? .string("zero")
                    : input["random_data"] == .bool(true) ? .string("random") : input["constant"] ?? .null
                guard data != .null else {
                    throw mismatch("model_warmup.inputs.\(name)", "zero_data, random_data or our constant")
                }
                inputs[name] = .object(["shape": .array(batch + dims), "data": data])
            }
            var warmup: [String: JSONValue] = ["inputs": .object(inputs)]
            if let count = sample["count"], count != .integer(0) { warmup["count"] = count }
            result.append(.object(warmup))
        }
        return .array(result)
    }
}
