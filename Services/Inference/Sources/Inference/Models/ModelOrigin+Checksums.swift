import Crypto
import Glibc
import NIOPosix

extension ModelOrigin {
    /// Compares the files that the configuration names with their digests: those of this version, and those of the model.
    ///
    /// - Throws: `invalidModel`, naming the file.
    func verifyChecksums() async throws(InferenceError) {
        let wanted = config.checksums.filter { file, _ in
            file.split(separator: "/").count == 1 || file.hasPrefix("\(version)/")
        }.sorted { $0.key < $1.key }
        for (file, expected) in wanted {
            let (path, name) = ("\(folder.path)/\(file)", "\(folder.name)/\(file)")
            let result: Result<String, InferenceError>
            do {
                result = try await NIOThreadPool.singleton.runIfActive { FileDigest.sha256(path, name) }
            } catch {
                throw InferenceError(.modelUnavailable, "the server is stopping")
            }
            let found = try result.get()
            guard found == expected else {
                throw InferenceError(
                    .invalidModel, "the checksum of \(name) is \(found), 'checksums' says \(expected)")
            }
        }
    }
}

private enum FileDigest {
    private static let chunk = 1 << 20

    /// In hexadecimal digits.
    static func sha256(_ path: String, _ name: String) -> Result<String, InferenceError> {
        func failure(_ reason: String) -> Result<String, InferenceError> {
            .failure(InferenceError(.invalidModel, "\(name) cannot be compared with its checksum: \(reason)"))
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return failure(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 64)
        defer { buffer.deallocate() }
        var hash = SHA256()
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            guard count >= 0 else {
                if errno == EINTR { continue }
                return failure(String(cString: strerror(errno)))
            }
            guard count > 0 else { break }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        return .success(
            hash.finalize().map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined())
    }
}
