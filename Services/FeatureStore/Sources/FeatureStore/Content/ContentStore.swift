import FoundationEssentials
import Glibc
package import NIOCore
import NIOPosix

/// Content-addressed files: a document's bytes, its PDF, its picture, each named by its SHA-256.
///
/// One process owns the folder at a time; where the store is shared, all processes of the store own it together and each
/// has a place of its own for what is on its way.
package final class ContentStore: Sendable {
    package let root: String
    /// Names this process among those that share the folder.
    package let instance = UUID().uuidString
    /// Where what is on its way is.
    private let own: String
    private let locks: [Int32]

    /// Opens the folder, waiting up to `patience` for another process that is ending to let go of it.
    package static func open(
        root: String, isShared: Bool = false, patience: Duration = .seconds(10),
        clock: some Clock<Duration> = ContinuousClock()
    ) async throws -> ContentStore {
        let pause = Duration.milliseconds(50)
        var left = patience
        while true {
            do {
                return try ContentStore(root: root, isShared: isShared)
            } catch let error as FeatureStoreError where error.code == .folderInUse && left > .zero {
                left -= pause
                try await clock.sleep(for: pause)
            }
        }
    }

    package init(root: String, isShared: Bool = false) throws {
        self.root = root
        let instances = root + "/instances"
        for folder in ["", "/content"] + (isShared ? ["/instances"] : []) { try FileSystem.makeFolders(root + folder) }
        let lock = try Self.lock(root + "/lock", isShared ? LOCK_SH : LOCK_EX)
        own = isShared ? instances + "/" + instance : root
        guard isShared else {
            locks = [lock]
            // What was on its way when the process died was never accepted.
            for folder in ["/incoming", "/work"] { try Self.makeEmpty(root + folder) }
            return
        }
        // Named before it is made, so that nobody takes the folder for a dead process's.
        locks = [lock, try Self.lock(own + ".lock", LOCK_EX)]
        for folder in ["", "/incoming", "/work"] { try FileSystem.makeFolder(own + folder) }
        for name in try FileSystem.names(in: instances) where name.hasSuffix(".lock") {
            try Self.removeIfDead(instances + "/" + name.dropLast(".lock".count))
        }
    }

    private static func lock(_ path: String, _ kind: Int32) throws -> Int32 {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw FileSystem.error("cannot open \(path)") }
        guard flock(descriptor, kind | LOCK_NB) == 0 else {
            close(descriptor)
            throw FeatureStoreError(.folderInUse, "the data folder is in use by another feature store (\(path))")
        }
        return descriptor
    }

    private static func makeEmpty(_ folder: String) throws {
        try FileSystem.makeFolder(folder)
        for name in try FileSystem.names(in: folder) { try FileSystem.removeTree(folder + "/" + name) }
    }

    /// Removes what a process that is no more had on its way.
    private static func removeIfDead(_ folder: String) throws {
        guard let lock = try? lock(folder + ".lock", LOCK_EX) else { return }
        defer { close(lock) }
        try FileSystem.removeTree(folder)
        try FileSystem.remove(folder + ".lock")
    }

    deinit { for lock in locks { close(lock) } }

    package var databasePath: String { root + "/feature-store.sqlite" }

    /// A place for bytes that are arriving.
    package func incoming(limit: Int) -> IncomingFile {
        IncomingFile(path: own + "/incoming/" + UUID().uuidString, limit: limit)
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
        let path = own + "/work/" + UUID().uuidString
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
        // Another process may make it at the same moment; making it twice is no error.
        if !FileSystem.exists(folder) {
            try FileSystem.makeFolder(folder)
            try FileSystem.sync(folder: root + "/content")
        }
        try FileSystem.move(content.path, to: path(of: content.digest))
        try FileSystem.sync(folder: folder)
    }

    /// Whether files can still be written; blocks.
    func check() throws {
        guard access(own + "/incoming", W_OK) == 0 else { throw FileSystem.error("cannot write to \(root)") }
    }
}
