/// The weights of a source, looked up by the names the architecture gives them.
struct Checkpoint {
    private let safetensors: Safetensors
    /// What stands before every name when the encoder was saved as part of a larger model, for example "bert.".
    private var prefix: String
    private(set) var used: Set<String> = []

    /// - Parameters:
    ///   - probe: A weight every model of the architecture has, with which is found whether the prefix is there.
    init(_ safetensors: Safetensors, prefix: String, probe: String) throws(ModelImportError) {
        guard let prefix = ["", prefix].first(where: { safetensors.tensors[$0 + probe] != nil }) else {
            throw ModelImportError(.sourceInvalid, "is missing", file: safetensors.file.path, key: probe)
        }
        self.safetensors = safetensors
        self.prefix = prefix
    }

    var file: InputFile { safetensors.file }

    /// Names of tensors nobody asked for.
    var unused: [String] { safetensors.tensors.keys.filter { !used.contains($0) }.sorted() }

    /// From here on names are those of the model around the encoder.
    mutating func leaveEncoder() { prefix = "" }

    mutating func tensor(_ name: String, shape: [Int]) throws(ModelImportError) -> StoredTensor {
        let name = prefix + name
        guard let (found, tensor) = names(name).firstMatch(in: safetensors.tensors) else {
            throw ModelImportError(.sourceInvalid, "is missing", file: file.path, key: name)
        }
        guard tensor.shape == shape else {
            throw ModelImportError(
                .sourceInvalid,
                "has shape \(tensor.shape); config.json asks for \(shape)",
                file: file.path,
                key: found
            )
        }
        guard tensor.type.convertsToFloat32 else {
            throw ModelImportError(
                .unsupported,
                "is \(tensor.type.rawValue); F32, F16 and BF16 are supported",
                file: file.path,
                key: found
            )
        }
        used.insert(found)
        return tensor
    }

    /// Checkpoints converted from TensorFlow call the parameters of a layer norm gamma and beta.
    private func names(_ name: String) -> [String] {
        let weight = "LayerNorm.weight"
        let bias = "LayerNorm.bias"
        if name.hasSuffix(weight) { return [name, name.dropLast(6) + "gamma"] }
        if name.hasSuffix(bias) { return [name, name.dropLast(4) + "beta"] }
        return [name]
    }
}

extension [String] {
    fileprivate func firstMatch<Value>(in dictionary: [String: Value]) -> (String, Value)? {
        for key in self {
            if let value = dictionary[key] { return (key, value) }
        }
        return nil
    }
}
