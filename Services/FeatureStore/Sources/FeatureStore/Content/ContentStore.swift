import FoundationEssentials
import Glibc
package import NIOCore
import NIOPosix

/// Content-addressed files: a document's bytes, its PDF, its picture, each named by its SHA-256.
///
/// One process owns the folder at a time.
package final class ContentStore: Sendable {
    package let root: String
    private let lock: Int32

    /// Opens the folder, waiting up to `patience` for another process that is ending to let go of it.
    package static func open(
        root: String, patience: Duration = .seconds(10), clock: some Clock<Duration> = ContinuousClock()
    ) async throws -> ContentStore {
        let pause = Duration.milliseconds(50)
        var left = patience
        while true {
            do {
                return try ContentStore(root: root)
            } catch let error as FeatureStoreError where error.code == .folderInUse && left > .zero {
                left -= pause
                try await clock.sleep(for: pause)
            }
        }
    }

    package init(root: String) throws {
        self.root = root
        for folder in ["", "/content", "/incoming", "/work"] { try FileSystem.makeFolders(root + folder) }
        lock = Glibc.open(root + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard lock >= 0 else { throw FileSystem.error("cannot open \(root)/lock") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw FeatureStoreError(.folderInUse, "the data folder \(root) is in use by another feature store")
        }
        // What was on its way when the process died was never accepted.
        for folder in ["/incoming", "/work"] {
            for name in try FileSystem.names(in: root + folder) {
                try FileSystem.removeTree(root + folder + "/" + name)
            }
        }
    }

    deinit { close(lock) }

    package var databasePath: String { root + "/feature-store.sqlite" }

    /// A place for bytes that are arriving.
    package func incoming(limit: Int) -> IncomingFile {
        IncomingFile(path: root + "/incoming/" + UUID().uuidString, limit: limit)
    }

    /// Writes bytes that this process made.
    package func write(_ bytes: ByteBuffer, limit: Int) async throws -> IncomingFile.Content {
        let file = incoming(limit: limit)
        do {
            try await file.append(bytes)
            return try await file.finish { _ in }.0
        } catch {
            await file.discard()
            throw error
        }
    }

    /// The bytes of that digest.
    package func read(_ digest: String) async throws -> ByteBuffer {
        let path = path(of: digest)
        return try await NIOThreadPool.singleton.runIfActive {
            ByteBuffer(bytes: try FileSystem.readAll(path, limit: 1 << 31))
        }
    }

    /// An empty folder for a child process.
    package func workFolder() throws -> String {
        let path = root + "/work/" + UUID().uuidString
        try FileSystem.makeFolder(path)
        return path
    }

    package func path(of digest: String) -> String {
        root + "/content/" + digest.prefix(2) + "/" + digest
    }

    /// Gives arrived bytes their lasting name.
    ///
    /// Blocks; called inside a database transaction, whose order it follows.
    func adopt(_ content: IncomingFile.Content) throws {
        let folder = root + "/content/" + content.digest.prefix(2)
        if !FileSystem.exists(folder) {
            try FileSystem.makeFolder(folder)
            try FileSystem.sync(folder: root + "/content")
        }
        try FileSystem.move(content.path, to: path(of: content.digest))
        try FileSystem.sync(folder: folder)
    }

    /// Whether files can still be written; blocks.
    func check() throws {
        guard access(root + "/incoming", W_OK) == 0 else { throw FileSystem.error("cannot write to \(root)") }
    }
}
