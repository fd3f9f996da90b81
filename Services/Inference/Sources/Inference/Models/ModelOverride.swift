import FoundationEssentials
import JSONText
import NIOCore

/// What a client wants loaded instead of what the repository has: a configuration, and the files of a model.
struct ModelOverride: Sendable {
    struct File: Sendable {
        var version: Int
        var name: String
        var bytes: Data
    }

    /// The configuration as Triton's JSON.
    var configText: String
    var files: [File] = []

    private static let fileLimit = 1000

    /// Reads the body of a `load` request; nil when it overrides nothing.
    static func read(_ body: ByteBuffer) throws(InferenceError) -> ModelOverride? {
        guard body.readableBytes > 0 else { return nil }
        var config: String?
        var files: [File] = []
        do throws(JSONError) {
            try body.withUnsafeReadableBytes { (bytes) throws(JSONError) in
                var cursor = JSONCursor(bytes)
                try cursor.readObject { (cursor, key) throws(JSONError) in
                    guard key == "parameters" else { return try cursor.skipValue() }
                    try cursor.readObject { (cursor, key) throws(JSONError) in
                        if key == "config" {
                            config = try cursor.readString()
                        } else if key.hasPrefix("file:") {
                            guard files.count < fileLimit else { throw cursor.error("more than \(fileLimit) files") }
                            files.append(try file(key, &cursor))
                        } else {
                            throw cursor.error(
                                "unknown parameter '\(key.prefix(100))', known are 'config' and 'file:…'")
                        }
                    }
                }
                try cursor.expectEnd()
            }
        } catch {
            throw InferenceError(.invalidRequest, "the request's JSON: \(error.message) at byte \(error.offset)")
        }
        guard let config else {
            guard files.isEmpty else {
                throw InferenceError(.invalidRequest, "'config' is missing: files need a configuration")
            }
            return nil
        }
        return ModelOverride(configText: config, files: files)
    }

    /// `file:1/model.onnx`: one folder per version, and names that cannot leave it.
    private static func file(_ key: String, _ cursor: inout JSONCursor) throws(JSONError) -> File {
        let parts = key.dropFirst("file:".count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let version = Int(parts[0]), version > 0, String(version) == parts[0],
            let name = ModelConfig.fileName(.string(String(parts[1])))
        else { throw cursor.error("'\(key.prefix(100))' is not of the form file:VERSION/NAME") }
        let text = try cursor.readString()
        guard let bytes = Data(base64Encoded: text) else { throw cursor.error("'\(key.prefix(100))' is not base64") }
        return File(version: version, name: name, bytes: bytes)
    }

    /// The configuration, in this server's terms.
    func config(for name: String) throws(InferenceError) -> ModelConfig {
        do throws(InferenceError) {
            let config = try ModelConfig(triton: Array(configText.utf8))
            guard config.name == nil || config.name == name else {
                throw InferenceError(.invalidModel, "'name' is \"\(config.name ?? "")\", the model is '\(name)'")
            }
            return config
        } catch {
            // The client's text, and so the client's fault.
            throw InferenceError(.invalidRequest, "'config': \(error.message)")
        }
    }
}
