import JSONText
import ServiceAPI

/// What `config.json` in a model's folder says.
package struct ModelConfig: Sendable, Equatable {
    /// Bounds of the requests that wait for an instance.
    package struct Queue: Sendable, Equatable {
        package var requests = 128
        /// Of their tensors.
        package var bytes = 256 << 20
        /// Rows times length, for models with a ragged axis; else rows.
        package var tokens = 1 << 20
        /// Batches of other priority levels that may pass a level before it leads one; 0 lets them pass for ever.
        package var ageing = 64

        package init() {}
    }

    package struct Parameter: Sendable, Equatable {
        package var key: String
        package var value: String
    }

    /// Where a model's engine runs.
    package enum Isolation: String, Sendable, CaseIterable {
        /// In the server.
        case none
        /// In a process of its own: a crash costs this model alone, and what executes at that time.
        case process
    }

    /// Name of the backend plugin; empty for an ensemble.
    package var backend: String
    /// The steps of a model that is made of others.
    var ensemble: [EnsembleStep]?
    package var isolation = Isolation.none
    /// The model's file in each version's folder.
    package var file = "model.onnx"
    package var instances = 1
    /// Whether each instance's thread is kept to processors of its own.
    package var pinsInstances = false
    /// Microseconds up to which a request may run where it arrives, where the backend allows it.
    ///
    /// About what waking a thread and coming back costs. The connections of that thread wait for it.
    var inlineMicroseconds = 50
    package var queue = Queue()
    package var batching = Batching()
    package var versions = VersionPolicy.latest(1)
    /// Requests that a version must answer before it is ready.
    package var warmup: [ModelWarmup] = []
    /// File in the model's folder with the names of an output's classes, one a line, by output.
    package var labels: [String: String] = [:]
    /// Names of dimensions per input.
    ///
    /// Dimensions of one name must be equal in a request.
    package var axes: [String: [String]] = [:]
    /// Largest value per axis name.
    package var limits: [String: Int] = [:]
    /// Settings of the backend, sorted by key.
    package var parameters: [Parameter] = []
    /// SHA-256 in hexadecimal digits by file: `1/model.onnx`.
    package var checksums: [String: String] = [:]
    /// Bytes of answers that each version keeps to give again; nil keeps none.
    package var cacheBytes: Int?
    var traffic = TrafficPolicy()
    /// Name of the model's folder, if the file repeats it.
    package var name: String?
    /// What the model must take and give, if the file declares it; compared with what the backend finds.
    package var inputs: [TensorDescription]?
    package var outputs: [TensorDescription]?

    /// Reads a configuration.
    ///
    /// - Throws: `invalidModel`, naming the key, its value and what is allowed. Unknown keys are refused.
    package init(parsing json: [UInt8]) throws(InferenceError) {
        let document: JSONValue
        do throws(JSONError) {
            document = try json.withUnsafeBufferPointer { (bytes) throws(JSONError) in
                try JSONValue(parsing: UnsafeRawBufferPointer(bytes))
            }
        } catch {
            throw InferenceError(.invalidModel, "not valid JSON: \(error.message) at byte \(error.offset)")
        }
        try self.init(document)
    }

    init(_ document: JSONValue) throws(InferenceError) {
        var reader = try JSONObjectReader(document)
        if let value = reader.take("ensemble_scheduling") { ensemble = try EnsembleStep.read(value) }
        // Triton's `platform` names some of its own engines too; here a backend is named by `backend` alone.
        if let platform = try reader.string("platform"), platform != "ensemble" {
            throw reader.mismatch("platform", .string(platform), "\"ensemble\", or 'backend' instead")
        }
        let backend = try reader.string("backend")
        guard backend != nil || ensemble != nil else { throw InferenceError(.invalidModel, "'backend' is missing") }
        self.backend = backend ?? ""
        if let text = try reader.string("isolation") {
            guard let isolation = Isolation(rawValue: text) else {
                throw reader.mismatch("isolation", .string(text), "\"none\" or \"process\"")
            }
            self.isolation = isolation
        }
        if let file = try reader.string("file") {
            guard Self.fileName(.string(file)) != nil else {
                throw reader.mismatch("file", .string(file), "the name of a file in the version's folder")
            }
            self.file = file
        }
        instances = try reader.integer("instances", in: 1...64) ?? instances
        pinsInstances = try reader.bool("pin_instances") ?? pinsInstances
        inlineMicroseconds = try reader.integer("inline_microseconds", in: 0...1_000_000) ?? inlineMicroseconds
        if let value = reader.take("queue") { queue = try Queue(value) }
        batching = try Batching(&reader)
        if let value = reader.take("versions") { versions = try VersionPolicy(value, reader) }
        if let value = reader.take("warmup") { warmup = try ModelWarmup.read(value, reader) }
        labels = try reader.dictionary("labels", of: "the name of a file in the model's folder", Self.fileName)
        axes = try reader.dictionary("axes", of: "an array of axis names", Self.names)
        limits = try reader.dictionary("limits", of: "a positive integer") { value in
            guard case .integer(let limit) = value, limit > 0 else { return nil }
            return Int(exactly: limit)
        }
        parameters = try reader.dictionary("parameters", of: "a string, a number or a boolean", Self.parameter)
            .map { Parameter(key: $0.key, value: $0.value) }.sorted { $0.key < $1.key }
        checksums = try reader.dictionary("checksums", of: "64 hexadecimal digits", Self.digest)
        for file in checksums.keys.sorted() where !Self.isFileOfModel(file) {
            throw InferenceError(
                .invalidModel, "'checksums' names \"\(file.prefix(200))\", expected FILE or VERSION/FILE")
        }
        if let value = reader.take("response_cache") { cacheBytes = try Self.cacheBytes(value) }
        traffic = try TrafficPolicy(&reader)
        name = try reader.string("name")
        inputs = try reader.tensors("inputs")
        outputs = try reader.tensors("outputs")
        // Where an importer took the model from; nothing here depends on it.
        _ = reader.take("source")
        try reader.finish()
        if ensemble != nil { try checkEnsemble() }
        if let unknown = limits.keys.sorted().first(where: { name in !axes.values.contains { $0.contains(name) } }) {
            throw InferenceError(.invalidModel, "'limits.\(unknown)' limits an axis that 'axes' does not name")
        }
    }

    /// An ensemble has no engine to set.
    private func checkEnsemble() throws(InferenceError) {
        guard inputs?.isEmpty == false, outputs?.isEmpty == false else {
            throw InferenceError(.invalidModel, "'inputs' and 'outputs' are missing, which an ensemble must declare")
        }
        let settings: [(String, Bool)] = [
            ("backend", !backend.isEmpty), ("isolation", isolation != .none), ("instances", instances != 1),
            ("pin_instances", pinsInstances), ("inline_microseconds", inlineMicroseconds != 50),
            ("parameters", !parameters.isEmpty), ("dynamic_batching", batching.isDynamic),
            ("ragged", batching.ragged != nil),
        ]
        if let key = settings.first(where: \.1)?.0 {
            throw InferenceError(
                .invalidModel, "'\(key)' has no meaning for an ensemble; set it for the models of its steps")
        }
    }

    /// A name that cannot leave its folder.
    static func fileName(_ value: JSONValue) -> String? {
        guard case .string(let name) = value, !name.isEmpty, name.utf8.count <= 255,
            !name.utf8.contains(UInt8(ascii: "/")),
            !name.hasPrefix("."), !name.utf8.contains(0)
        else { return nil }
        return name
    }

    /// A file in the model's folder or in that of a version.
    private static func isFileOfModel(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return 1...8 ~= parts.count && parts.allSatisfy { fileName(.string(String($0))) != nil }
    }

    private static func digest(_ value: JSONValue) -> String? {
        guard case .string(let text) = value, text.utf8.count == 64 else { return nil }
        let digits = text.lowercased()
        return digits.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) } ? digits : nil
    }

    private static func cacheBytes(_ value: JSONValue) throws(InferenceError) -> Int? {
        var reader = try JSONObjectReader(value, path: "response_cache")
        let isEnabled = try reader.bool("enable") ?? false
        let bytes = try reader.integer("max_bytes", in: 1...(1 << 40)) ?? 64 << 20
        try reader.finish()
        return isEnabled ? bytes : nil
    }

    private static func names(_ value: JSONValue) -> [String]? {
        guard case .array(let elements) = value else { return nil }
        var names: [String] = []
        for element in elements {
            guard case .string(let name) = element, !name.isEmpty else { return nil }
            names.append(name)
        }
        return names
    }

    private static func parameter(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text.utf8.contains(0) ? nil : text
        case .integer(let number): String(number)
        case .number(_, let text): text
        case .bool(let flag): String(flag)
        default: nil
        }
    }
}

extension ModelConfig.Queue {
    fileprivate init(_ value: JSONValue) throws(InferenceError) {
        var reader = try JSONObjectReader(value, path: "queue")
        requests = try reader.integer("requests", in: 0...100_000) ?? requests
        bytes = try reader.integer("bytes", in: 0...(1 << 40)) ?? bytes
        tokens = try reader.integer("tokens", in: 0...(1 << 40)) ?? tokens
        ageing = try reader.integer("ageing", in: 0...1_000_000) ?? ageing
        try reader.finish()
    }
}

extension JSONObjectReader {
    fileprivate mutating func tensors(_ key: String) throws(InferenceError) -> [TensorDescription]? {
        guard let value = take(key) else { return nil }
        guard case .array(let elements) = value else { throw mismatch(key, value, "an array of tensors") }
        var tensors: [TensorDescription] = []
        for (index, element) in elements.enumerated() {
            var reader = try JSONObjectReader(element, path: "\(key)[\(index)]")
            guard let name = try reader.string("name"), let text = try reader.string("datatype"),
                let datatype = TensorDatatype(rawValue: text),
                case .array(let dimensions)? = reader.take("shape")
            else { throw mismatch("\(key)[\(index)]", element, "a tensor: name, datatype, shape") }
            var shape: [Int] = []
            for dimension in dimensions {
                guard case .integer(let number) = dimension, number >= -1, let size = Int(exactly: number) else {
                    throw reader.mismatch("shape", dimension, "an integer of at least -1")
                }
                shape.append(size)
            }
            try reader.finish()
            tensors.append(TensorDescription(name: name, datatype: datatype, shape: shape))
        }
        return tensors
    }
}
