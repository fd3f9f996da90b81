import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#endif

/// A document's bytes in a file that the reading processes can open; removed with the last reference.
final class SpooledFile: Sendable {
    let path: String

    /// - Throws: `storage_unavailable` naming the cause, such as a full disk.
    init(_ bytes: ByteBuffer, in folder: String) async throws {
        let path = "\(folder)/\(UInt64.random(in: .min ... .max))"
        self.path = path
        try await NIOThreadPool.singleton.runIfActive { try Self.write(bytes, to: path) }
    }

    deinit { unlink(path) }

    private static func write(_ bytes: ByteBuffer, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure() }
        defer { close(file) }
        try bytes.withUnsafeReadableBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Glibc.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                guard count > 0 else {
                    if errno == EINTR { continue }
                    throw failure()
                }
                rest = rest.dropFirst(count)
            }
        }
    }

    private static func failure() -> RecognitionError {
        RecognitionError(
            .storageUnavailable, "the document cannot be kept for reading: \(String(cString: strerror(errno)))")
    }
}
