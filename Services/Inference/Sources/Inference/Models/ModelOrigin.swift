/// What a version was loaded from; equal when loading it again would give the same.
struct ModelOrigin: Sendable, Equatable {
    let folder: ModelFolder
    let version: Int
    /// Without what it says of traffic, which belongs to the model.
    let config: ModelConfig
    /// The version's files and those of labels.
    let files: [FileState]

    init(folder: ModelFolder, version: Int, config: ModelConfig) {
        self.folder = folder
        self.version = version
        var config = config
        config.traffic = TrafficPolicy()
        self.config = config
        files =
            FileState.files(below: "\(folder.path)/\(version)")
            + Set(config.labels.values).sorted().compactMap { FileState("\(folder.path)/\($0)") }
    }
}

/// What a model's folder looks like, to notice a change.
struct FolderState: Equatable {
    let files: [FileState]

    init(_ folder: ModelFolder) {
        files = FileState.files(below: folder.path, depth: 5)
    }
}
