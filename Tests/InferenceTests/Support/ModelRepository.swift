import FoundationEssentials
import ServiceTesting

/// A model repository in a temporary folder, removed with the object.
final class ModelRepository: Sendable {
    let path: String

    init() throws {
        path = "\(FileManager.default.temporaryDirectory.path())/quinion-models-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Adds a model of the test backend.
    ///
    /// - Parameters:
    ///   - parameters: JSON members of `parameters`.
    ///   - extra: JSON members of the configuration, each followed by a comma.
    func addEcho(
        _ name: String, parameters: String = "", extra: String = "", versions: [Int] = [1], backend: String = "test"
    ) throws {
        let config = "{\(extra) \"backend\": \"\(backend)\", \"parameters\": {\(parameters)}}"
        for version in versions { try write("", to: "\(name)/\(version)/model.onnx") }
        try write(config, to: "\(name)/config.json")
    }

    /// Adds a model of `Fixtures`.
    func addONNX(_ name: String, backend: String = "openvino", extra: String = "") throws {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)/1", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: Repository.fixture("InferenceTests", "\(name).onnx"), toPath: "\(path)/\(name)/1/model.onnx")
        try write("{\(extra) \"backend\": \"\(backend)\"}", to: "\(name)/config.json")
    }

    /// Puts a model of `Fixtures` where another version's file is looked for.
    func copyONNX(_ fixture: String, to file: String) throws {
        let target = URL(filePath: "\(path)/\(file)")
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: Repository.fixture("InferenceTests", "\(fixture).onnx"), toPath: "\(path)/\(file)")
    }

    func write(_ text: String, to file: String) throws {
        let target = URL(filePath: "\(path)/\(file)")
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: target)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }

    /// The names in the folder.
    var folders: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    func read(_ file: String) -> String {
        FileManager.default.contents(atPath: "\(path)/\(file)").map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
