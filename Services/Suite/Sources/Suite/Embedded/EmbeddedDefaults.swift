import Foundation
import ModelImport
import SuiteConfig

extension QuinionConfig {
    /// The model that documents are embedded with, as a repository entry.
    static let embeddingModel = "all-MiniLM-L6-v2"

    /// Fills in what a single machine has one answer for: folders below the data folder, plugins beside the executable.
    mutating func fillEmbeddedDefaults(_ folder: DataFolder) {
        if featureStore.data.path.isEmpty { featureStore.data.path = folder.documents }
        if reporting.dataFolder.isEmpty { reporting.dataFolder = folder.reports }
        if inference.modelsPath == nil { inference.modelsPath = folder.models }
        if inference.backendsPath == nil { inference.backendsPath = Engines.plugins }
        if nlp.modelFolder == nil { nlp.modelFolder = folder.models + "/" + Self.embeddingModel }
    }
}

/// Puts the embedding model into the repository when it is not there yet.
enum EmbeddedModel {
    /// - Parameter progress: Told what is being done, when anything is.
    /// - Throws: When the model is neither in the repository nor in the cache.
    static func ensure(in repository: String, progress: @escaping @Sendable (String) -> Void) async throws {
        let name = QuinionConfig.embeddingModel
        guard !FileManager.default.fileExists(atPath: "\(repository)/\(name)/config.json") else { return }
        let source = "\(Engines.cache)/models/\(name)"
        guard FileManager.default.fileExists(atPath: source) else {
            throw CommandError(
                ExitStatus.noInput,
                "the model \(name) is not in \(source); `make setup` (deploy/setup model) fetches it")
        }
        progress("importing \(name)")
        _ = try await ModelImporter(source: source, repository: repository, name: name)
            .run { progress("importing \(name): \($0.percent) %") }
    }
}

extension ImportProgress {
    /// Share of the bytes that are done, 0 to 100.
    var percent: Int { totalBytes > 0 ? completedBytes * 100 / totalBytes : 0 }
}
