import FoundationEssentials

/// A model's folder in a repository, as found on the disk.
struct RepositoryFolder {
    private static let configLimit = 1 << 20

    let path: String

    init(_ path: String) { self.path = path }

    /// What its `config.json` says; nil when it is missing, unreadable or another kind.
    var entry: ModelEntry? {
        guard let bytes = try? InputFile("\(path)/\(ModelEntry.fileName)").contents(limit: Self.configLimit) else {
            return nil
        }
        return try? JSONDecoder().decode(ModelEntry.self, from: Data(bytes))
    }

    /// Numbers of the versions, ascending.
    var versions: [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap(Int.init).filter { $0 > 0 }.sorted()
    }
}
