import Crypto
import Glibc
package import NIOCore

/// Bytes on their way into the store: written to a temporary file while they are hashed.
package actor IncomingFile {
    /// What arrived.
    package struct Content: Sendable {
        /// SHA-256 in lower-case hex.
        package var digest: String
        package var size: Int
        package var path: String
    }

    private let executor = QueueExecutor(label: "feature-store.incoming")
    private let path: String
    private let limit: Int
    private var descriptor: Int32 = -1
    private var hash = SHA256()
    private var size = 0
    // Small network reads are gathered before they are written.
    private var pending = ByteBuffer()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(path: String, limit: Int) {
        self.path = path
        self.limit = limit
    }

    /// - Throws: `documentTooLarge` as soon as the limit is passed.
    package func append(_ bytes: ByteBuffer) throws {
        size += bytes.readableBytes
        guard size <= limit else {
            throw FeatureStoreError(.documentTooLarge, "the document has more than the \(limit) bytes allowed")
        }
        pending.writeImmutableBuffer(bytes)
        if pending.readableBytes >= 256 * 1024 { try flush() }
    }

    /// Brings everything to the disk and tells what it was; `inspect` looks at the bytes before the file is closed.
    package func finish<T: Sendable>(_ inspect: @Sendable (ByteSource) throws -> T) throws -> (Content, T) {
        try flush()
        try openIfNeeded()
        defer { closeFile() }
        let value = try inspect(ByteSource(fileDescriptor: descriptor, count: size))
        guard fsync(descriptor) == 0 else { throw FileSystem.error("cannot sync \(path)") }
        let digest = hash.finalize().map { byte in
            let hex = String(byte, radix: 16)
            return byte < 16 ? "0" + hex : hex
        }.joined()
        return (Content(digest: digest, size: size, path: path), value)
    }

    /// Forgets what arrived; does nothing once the file was moved into the store.
    package func discard() {
        closeFile()
        unlink(path)
    }

    private func flush() throws {
        guard pending.readableBytes > 0 else { return }
        try openIfNeeded()
        try pending.withUnsafeReadableBytes { bytes in
            hash.update(bufferPointer: bytes)
            try FileSystem.writeAll(bytes, to: descriptor)
        }
        pending.clear()
    }

    private func openIfNeeded() throws {
        guard descriptor < 0 else { return }
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw FileSystem.error("cannot make \(path)") }
    }

    private func closeFile() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }
}
