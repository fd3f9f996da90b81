import FoundationEssentials
import JSONText
import NIOPosix
import Synchronization

/// The folder in which models that clients send live while they are loaded.
///
/// It belongs to this process alone and is empty at start and end.
final class UploadFolder: Sendable {
    private let path: String
    private let count = Atomic<Int>(0)

    private static let prefix = "upload-"

    init(_ path: String) {
        self.path = path
    }

    /// Removes what an earlier process left.
    func clear() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        where name.hasPrefix(Self.prefix) {
            try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
        }
    }

    /// Writes a model's files into a folder of their own.
    func store(_ name: String, _ override: ModelOverride) async throws(InferenceError) -> ModelFolder {
        guard ModelConfig.fileName(.string(name)) != nil else {
            throw InferenceError(.invalidRequest, "'\(name.prefix(100))' cannot be a model's name")
        }
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        let folder = ModelFolder(name: name, path: "\(path)/\(Self.prefix)\(number)")
        do {
            try await NIOThreadPool.singleton.runIfActive {
                for file in override.files {
                    let target = "\(folder.path)/\(file.version)"
                    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
                    try file.bytes.write(to: URL(filePath: "\(target)/\(file.name)"))
                }
            }
            return folder
        } catch {
            try? FileManager.default.removeItem(atPath: folder.path)
            throw InferenceError(.overloaded, "the model's files cannot be stored: \(error)")
        }
    }

    /// Removes a folder that `store` made; others are left alone.
    func remove(_ folder: ModelFolder) {
        guard folder.path.hasPrefix("\(path)/\(Self.prefix)") else { return }
        try? FileManager.default.removeItem(atPath: folder.path)
    }
}
