import FoundationEssentials
import ModelImport
import ServiceTesting

/// A copy of the fixture `tiny-bert` that a test may spoil, and an empty repository beside it.
struct TinyBERT {
    let folder: TemporaryFolder
    let repository: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        repository = try TemporaryFolder()
        let fixture = Repository.fixture("ModelImportTests", "tiny-bert")
        for name in try FileManager.default.contentsOfDirectory(atPath: fixture) {
            try FileManager.default.copyItem(atPath: "\(fixture)/\(name)", toPath: "\(folder.path)/\(name)")
        }
    }

    func importer(replacing: Bool = false) -> ModelImporter {
        ModelImporter(source: folder.path, repository: repository.path, name: "tiny", replacing: replacing)
    }

    /// Replaces text in a file, which must hold it.
    func edit(_ file: String, _ old: String, _ new: String) throws {
        let text = String(decoding: try folder.read(file), as: UTF8.self)
        guard text.contains(old) else { throw Missing(text: old, file: file) }
        try folder.write(text.replacing(old, with: new), to: file)
    }

    struct Missing: Error {
        let text: String
        let file: String
    }

    /// The error of an import, which must fail and leave nothing in the repository.
    func failure() async throws -> ModelImportError? {
        do {
            _ = try await importer().run()
            return nil
        } catch let error as ModelImportError {
            guard try repository.files().isEmpty else { throw LeftBehind(files: try repository.files()) }
            return error
        }
    }

    struct LeftBehind: Error {
        let files: [String]
    }
}
