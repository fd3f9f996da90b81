import FoundationEssentials
import Glibc

/// An entry being written beside the repository's others, put in its place when it is complete.
///
/// Files go to `<repository>/.<model>.importing`, a name that repositories do not list. A lock on the repository's folder
/// keeps a second import out for as long as this value lives; the kernel lifts it when the process dies, and the next
/// import of the model removes what was left.
final class StagedEntry {
    private let repository: String
    private let target: String
    private let folder: String
    private let aside: String
    private let lock: CInt
    private var isLocked = false

    init(_ name: String, in repository: String) throws(ModelImportError) {
        self.repository = repository
        target = "\(repository)/\(name)"
        folder = "\(repository)/.\(name).importing"
        aside = "\(repository)/.\(name).replaced"
        do {
            try FileManager.default.createDirectory(atPath: repository, withIntermediateDirectories: true)
        } catch {
            throw ModelImportError(.repositoryUnwritable, "cannot be created", file: repository, cause: error)
        }
        lock = open(repository, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else {
            throw ModelImportError(.repositoryUnwritable, "cannot be opened", file: repository, cause: SystemError())
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw ModelImportError(.repositoryBusy, "another import is writing here", file: repository)
        }
        isLocked = true
        if !targetExists && InputFile.exists(aside) { try move(aside, to: target) }
        try remove(aside)
        try remove(folder)
        for folder in [folder, "\(folder)/1"] {
            guard mkdir(folder, 0o755) == 0 else {
                throw ModelImportError(.repositoryUnwritable, "cannot be created", file: folder, cause: SystemError())
            }
        }
    }

    deinit {
        // An initializer that throws comes here, too: what lies there without the lock is another import's.
        if isLocked { try? FileManager.default.removeItem(atPath: folder) }
        if lock >= 0 { close(lock) }
    }

    var targetExists: Bool { InputFile.exists(target) }

    func create(_ name: String) throws(ModelImportError) -> OutputFile { try OutputFile("\(folder)/\(name)") }

    func write(_ bytes: [UInt8], to name: String) throws(ModelImportError) {
        let file = try create(name)
        try file.write(bytes)
        try file.synchronize()
    }

    /// Puts the entry in its place, where it appears complete or not at all.
    ///
    /// Replacing takes two renames. A crash between them leaves the old entry aside, and the next import of the model
    /// brings it back first.
    func commit() throws(ModelImportError) {
        try synchronize("\(folder)/1")
        try synchronize(folder)
        if targetExists { try move(target, to: aside) }
        try move(folder, to: target)
        try remove(aside)
        try synchronize(repository)
    }

    private func move(_ path: String, to destination: String) throws(ModelImportError) {
        guard rename(path, destination) == 0 else {
            throw ModelImportError(
                .repositoryUnwritable, "cannot be renamed to \(destination)", file: path, cause: SystemError())
        }
    }

    private func remove(_ folder: String) throws(ModelImportError) {
        guard InputFile.exists(folder) else { return }
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            throw ModelImportError(.repositoryUnwritable, "cannot be removed", file: folder, cause: error)
        }
    }

    private func synchronize(_ folder: String) throws(ModelImportError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(descriptor) }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw ModelImportError(
                .repositoryUnwritable,
                "cannot be written to the disk",
                file: folder,
                cause: SystemError()
            )
        }
    }
}
