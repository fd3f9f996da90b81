import FoundationEssentials
import Glibc

/// Files that are there whole or not at all, also after a power cut.
enum AtomicFile {
    static func write(_ bytes: Data, to path: String) throws {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot create \(temporary)") }
        do {
            defer { close(descriptor) }
            try bytes.withUnsafeBytes { buffer in
                var rest = buffer[...]
                while !rest.isEmpty {
                    let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                    guard count > 0 || errno == EINTR else { throw failure("cannot write \(temporary)") }
                    rest = rest.dropFirst(max(count, 0))
                }
            }
            guard fsync(descriptor) == 0 else { throw failure("cannot write \(temporary)") }
        } catch {
            unlink(temporary)
            throw error
        }
        try rename(temporary, to: path)
    }

    static func rename(_ path: String, to target: String) throws {
        guard Glibc.rename(path, target) == 0 else { throw failure("cannot move \(path) to \(target)") }
        let folder = open(target.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }, O_RDONLY | O_DIRECTORY)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private static func failure(_ what: String) -> ReportingError {
        ReportingError(.storage, "\(what): \(String(cString: strerror(errno)))")
    }
}
