import Glibc

/// A regular file, read at explicit offsets.
///
/// Reading through the descriptor, not through a mapping: a file that shrinks meanwhile is an error here and would be a
/// SIGBUS there; pages are not counted as this process's memory.
final class InputFile: Sendable {
    let path: String
    let byteCount: Int
    private let descriptor: CInt

    init(_ path: String) throws(ModelImportError) {
        // O_NONBLOCK: opening a pipe must not wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw ModelImportError(.sourceUnreadable, "cannot be opened", file: path, cause: SystemError())
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw ModelImportError(.sourceUnreadable, "is not a regular file", file: path)
        }
        self.path = path
        self.descriptor = descriptor
        byteCount = Int(status.st_size)
    }

    deinit { close(descriptor) }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Fills `buffer` with the bytes from `offset` on.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ModelImportError) {
        var filled = 0
        while filled < buffer.count {
            let target = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = pread(descriptor, target.baseAddress, target.count, off_t(offset + filled))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw ModelImportError(
                    .sourceUnreadable,
                    count == 0 ? "ended at byte \(offset + filled)" : "cannot be read",
                    file: path,
                    cause: count == 0 ? nil : SystemError()
                )
            }
            filled += count
        }
    }

    func read(at offset: Int, count: Int) throws(ModelImportError) -> [UInt8] {
        var failure: ModelImportError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(ModelImportError) {
                try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
                initialized = count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// The whole file, which must not be larger than `limit` bytes.
    func contents(limit: Int) throws(ModelImportError) -> [UInt8] {
        guard byteCount <= limit else {
            throw ModelImportError(
                .sourceInvalid,
                "is \(byteCount) bytes long; at most \(limit) are allowed",
                file: path
            )
        }
        return try read(at: 0, count: byteCount)
    }
}
