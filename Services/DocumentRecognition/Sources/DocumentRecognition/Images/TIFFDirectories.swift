import FoundationEssentials

/// The chain of page directories of a TIFF file (TIFF 6.0, section 2; BigTIFF with 64-bit offsets).
struct TIFFDirectories {
    private(set) var offsets: [Int] = []

    /// Directories followed: far above any page limit, far below what would take time.
    private static let limit = 65_536

    /// - Throws: `document_damaged` when the chain leaves the file, comes back to itself or never ends.
    init(_ bytes: Data) throws(RecognitionError) {
        let file = Reader(bytes: bytes)
        guard let version = file.integer(at: 2, bytes: 2) else { throw Self.damaged("its header is cut off") }
        let big = version == 43
        guard var next = big ? file.integer(at: 8, bytes: 8) : file.integer(at: 4, bytes: 4) else {
            throw Self.damaged("its header is cut off")
        }
        var seen: Set<Int> = []
        while next != 0 {
            guard seen.insert(next).inserted else {
                throw Self.damaged("its page directories form a cycle (page \(offsets.count + 1) leads back)")
            }
            guard offsets.count < Self.limit else {
                throw RecognitionError(.pageLimit, "the TIFF file has more than \(Self.limit) pages")
            }
            let (countBytes, entryBytes, offsetBytes) = big ? (8, 20, 8) : (2, 12, 4)
            guard let entries = file.integer(at: next, bytes: countBytes), entries <= 4096,
                let following = file.integer(at: next + countBytes + entries * entryBytes, bytes: offsetBytes)
            else {
                throw Self.damaged("the directory of page \(offsets.count + 1) lies outside the file")
            }
            offsets.append(next)
            next = following
        }
        if offsets.isEmpty { throw Self.damaged("it has no page") }
    }

    private static func damaged(_ reason: String) -> RecognitionError {
        RecognitionError(.documentDamaged, "the TIFF file is damaged: \(reason)")
    }

    private struct Reader {
        let bytes: Data
        private let littleEndian: Bool

        init(bytes: Data) {
            self.bytes = bytes
            littleEndian = bytes.first == 0x49
        }

        /// Nil outside the file, and for values that no offset in memory can have.
        func integer(at offset: Int, bytes count: Int) -> Int? {
            guard offset >= 0, offset <= bytes.count - count else { return nil }
            let start = bytes.startIndex + offset
            let digits = bytes[start..<start + count]
            let value = (littleEndian ? Array(digits.reversed()) : Array(digits)).reduce(0 as UInt64) {
                $0 << 8 | UInt64($1)
            }
            return value <= UInt64(Int.max / 2) ? Int(value) : nil
        }
    }
}
