import Glibc

/// A new file, written from start to end.
final class OutputFile {
    let path: String
    private(set) var byteCount = 0
    private let descriptor: CInt

    init(_ path: String) throws(ModelImportError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        self.path = path
        guard descriptor >= 0 else { throw failure("cannot be created") }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ModelImportError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("cannot be written") }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        byteCount += bytes.count
    }

    func write(_ bytes: [UInt8]) throws(ModelImportError) {
        var thrown: ModelImportError?
        bytes.withUnsafeBytes { buffer in
            do throws(ModelImportError) { try write(buffer) } catch { thrown = error }
        }
        if let thrown { throw thrown }
    }

    /// Writes zeros up to `offset`.
    func pad(to offset: Int) throws(ModelImportError) {
        try write([UInt8](repeating: 0, count: offset - byteCount))
    }

    /// Waits until the bytes are on the disk.
    func synchronize() throws(ModelImportError) {
        guard fsync(descriptor) == 0 else { throw failure("cannot be written to the disk") }
    }

    private func failure(_ message: String) -> ModelImportError {
        ModelImportError(.repositoryUnwritable, message, file: path, cause: SystemError())
    }
}
