import FoundationEssentials

#if canImport(Glibc)
import Glibc
#endif

/// A folder of this process' own, in which documents lie while they are read.
///
/// Its lock ends with the process, however it ends; who comes next removes the folders that nobody locks.
final class ReadingFolder: Sendable {
    let path: String
    private let lock: Int32

    private static let prefix = "quinion-recognition-"

    init() throws(RecognitionError) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        // Between making and locking a folder of its own, nobody else may look for abandoned ones.
        let turn = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if turn >= 0 { close(turn) } }
        if flock(turn, LOCK_EX) == 0 { Self.removeAbandoned(in: parent) }
        var template = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
        guard template.withUnsafeMutableBufferPointer({ mkdtemp($0.baseAddress!) }) != nil else {
            throw RecognitionError(
                .storageUnavailable,
                "cannot make a folder for documents in \(parent): \(String(cString: strerror(errno)))")
        }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        _ = flock(lock, LOCK_EX | LOCK_NB)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        close(lock)
    }

    private static func removeAbandoned(in parent: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix(prefix) {
            let path = "\(parent)/\(name)"
            // Another user's folder does not open, a symbolic link is not followed.
            let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard folder >= 0 else { continue }
            if flock(folder, LOCK_EX | LOCK_NB) == 0 { try? FileManager.default.removeItem(atPath: path) }
            close(folder)
        }
    }
}
