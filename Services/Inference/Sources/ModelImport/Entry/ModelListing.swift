import FoundationEssentials

/// The models of a repository.
package enum ModelListing {
    package struct Model: Sendable {
        package var name: String
        package var versions: [Int]
        /// nil when `config.json` is missing or unreadable.
        package var entry: ModelEntry?
        /// Bytes of the model and weight files of all versions.
        package var byteCount: Int
    }

    /// The models in `repository`, by name; empty when it does not exist.
    package static func models(in repository: String) throws -> [Model] {
        let files = FileManager.default
        guard files.fileExists(atPath: repository) else { return [] }
        let names: [String]
        do {
            names = try files.contentsOfDirectory(atPath: repository)
        } catch {
            throw ModelImportError(.repositoryUnwritable, "cannot be read", file: repository, cause: error)
        }
        return names.filter { !$0.hasPrefix(".") }.sorted().compactMap { name in
            let folder = RepositoryFolder("\(repository)/\(name)")
            let versions = folder.versions
            let entry = folder.entry
            guard entry != nil || !versions.isEmpty else { return nil }
            return Model(
                name: name,
                versions: versions,
                entry: entry,
                byteCount: versions.reduce(0) { $0 + byteCount(of: "\(folder.path)/\($1)") }
            )
        }
    }

    private static func byteCount(of folder: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.reduce(0) { $0 + ((try? InputFile("\(folder)/\($1)").byteCount) ?? 0) }
    }
}
