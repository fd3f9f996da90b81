import Glibc

/// Bytes that are read piece by piece, so that a large document is looked into without being loaded.
package struct ByteSource: Sendable {
    package let count: Int
    private let readBytes: @Sendable (Range<Int>) throws -> [UInt8]

    package init(_ bytes: [UInt8]) {
        count = bytes.count
        readBytes = { Array(bytes[$0]) }
    }

    /// Reads from an open file, which must stay open as long as the source is used.
    package init(fileDescriptor: Int32, count: Int) {
        self.count = count
        readBytes = { range in
            let bytes = try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
                while filled < range.count {
                    let read = pread(
                        fileDescriptor, buffer.baseAddress! + filled, range.count - filled,
                        off_t(range.lowerBound + filled))
                    if read < 0, errno == EINTR { continue }
                    guard read > 0 else {
                        throw FeatureStoreError(
                            .storageFailed, "cannot read stored bytes: \(String(cString: strerror(errno)))")
                    }
                    filled += read
                }
            }
            return bytes
        }
    }

    /// The part of `range` that exists.
    package func read(_ range: Range<Int>) throws -> [UInt8] {
        let range = range.clamped(to: 0..<count)
        return range.isEmpty ? [] : try readBytes(range)
    }

    package func first(_ count: Int) throws -> [UInt8] { try read(0..<max(0, count)) }

    package func last(_ count: Int) throws -> [UInt8] { try read(max(0, self.count - count)..<self.count) }
}

extension [UInt8] {
    func littleEndian<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type, at offset: Int) -> T? {
        let size = T.bitWidth / 8
        guard offset >= 0, count - size >= offset else { return nil }
        return (0..<size).reduce(T.zero) { $0 | T(self[offset + $1]) << T(8 * $1) }
    }
}
