import FoundationEssentials
import Glibc
import ServiceAPI

/// A model's folder in the repository: `config.json` and one folder per version, named by a positive integer.
struct ModelFolder: Sendable, Equatable {
    let name: String
    let path: String

    private static let configLimit = 1 << 20
    private static let labelLimit = 16 << 20

    /// The folders of a repository, by name.
    ///
    /// Hidden entries and plain files are left out.
    ///
    /// - Throws: `invalidModel` when the repository cannot be read.
    static func all(in repository: String) throws(InferenceError) -> [ModelFolder] {
        let entries: [String]
        do {
            entries = try FileManager.default.contentsOfDirectory(atPath: repository)
        } catch {
            throw InferenceError(.invalidModel, "the model repository \(repository) cannot be read: \(error)")
        }
        return entries.sorted().filter { !$0.hasPrefix(".") }
            .map { ModelFolder(name: $0, path: "\(repository)/\($0)") }
            .filter { isFolder($0.path) }
    }

    /// What `config.json` says, or Triton's `config.pbtxt` where that is the only one.
    func config() throws(InferenceError) -> ModelConfig {
        if let json = try contents("config.json") {
            return try config("config.json") { () throws(InferenceError) in try ModelConfig(parsing: json) }
        }
        guard let text = try contents("config.pbtxt") else {
            throw InferenceError(.invalidModel, "\(name)/config.json does not exist")
        }
        return try config("config.pbtxt") { () throws(InferenceError) in try ModelConfig(tritonText: text) }
    }

    private func config(
        _ file: String, _ read: () throws(InferenceError) -> ModelConfig
    ) throws(InferenceError) -> ModelConfig {
        do throws(InferenceError) {
            let config = try read()
            guard config.name == nil || config.name == name else {
                throw InferenceError(.invalidModel, "'name' is \"\(config.name ?? "")\", the folder is '\(name)'")
            }
            return config
        } catch {
            throw InferenceError(error.code, "\(name)/\(file): \(error.message)")
        }
    }

    /// The bytes of a small file; nil when there is none.
    private func contents(_ file: String) throws(InferenceError) -> [UInt8]? {
        // Not FileManager's attributes: where full Foundation is linked they hold NSNumber, which is no integer here.
        // Not `stat`: in a static build it is a type of two C modules.
        let descriptor = open("\(path)/\(file)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        let size = lseek(descriptor, 0, SEEK_END)
        close(descriptor)
        guard size >= 0, size <= Self.configLimit else {
            throw InferenceError(.invalidModel, "\(name)/\(file) is larger than \(Self.configLimit) bytes")
        }
        guard let bytes = FileManager.default.contents(atPath: "\(path)/\(file)") else {
            throw InferenceError(.invalidModel, "\(name)/\(file) cannot be read")
        }
        return [UInt8](bytes)
    }

    /// The versions that exist, ascending.
    func versions() -> [Int] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return entries.compactMap { entry in
            guard let version = Int(entry), version > 0, String(version) == entry,
                Self.isFolder("\(path)/\(entry)")
            else { return nil }
            return version
        }.sorted()
    }

    /// The model's file of a version.
    func file(_ config: ModelConfig, version: Int) throws(InferenceError) -> String {
        let file = "\(path)/\(version)/\(config.file)"
        guard FileManager.default.fileExists(atPath: file) else {
            throw InferenceError(.invalidModel, "\(name)/\(version)/\(config.file) does not exist")
        }
        return file
    }

    /// The names of an output's classes: the lines of a file in the model's folder.
    func labels(_ file: String) throws(InferenceError) -> [String] {
        guard let state = FileState("\(path)/\(file)"), state.size <= Self.labelLimit,
            let bytes = FileManager.default.contents(atPath: state.path)
        else {
            throw InferenceError(
                .invalidModel, "\(name)/\(file) cannot be read, or is larger than \(Self.labelLimit) bytes")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw InferenceError(.invalidModel, "\(name)/\(file) is not UTF-8")
        }
        // By bytes, because to Swift a carriage return and a line feed are one character.
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { Substring($0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0) }.map(String.init)
    }

    /// The class names of every output for which the configuration names a file.
    func labels(
        of outputs: [TensorDescription], _ config: ModelConfig
    ) throws(InferenceError) -> [String: [String]] {
        var labels: [String: [String]] = [:]
        for (output, file) in config.labels {
            guard outputs.contains(where: { $0.name == output }) else {
                throw InferenceError(.invalidModel, "'labels' names the output '\(output)', which the model lacks")
            }
            labels[output] = try self.labels(file)
        }
        return labels
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
    }
}
