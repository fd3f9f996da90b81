/// The central directory of a zip archive: what it says it holds, read without unpacking anything.
///
/// Layout: PKWARE APPNOTE 6.3.10, sections 4.3.12 to 4.3.16.
package struct ZipDirectory: Sendable {
    package struct Entry: Hashable, Sendable {
        package var name: String
        package var compressed: UInt64
        package var uncompressed: UInt64
        package var isEncrypted: Bool
    }

    package struct Limits: Sendable {
        package var entries = 10_000
        package var directoryBytes = 16 << 20
        package var uncompressed: UInt64 = 1 << 30
        /// Office XML seldom packs better than 1:60; runs of zeros reach deflate's bound of 1:1032.
        package var ratio: UInt64 = 200
        /// Below this size any ratio is harmless.
        package var ratioFloor: UInt64 = 32 << 20

        package init() {}
    }

    package let entries: [Entry]

    package init(_ source: ByteSource, limits: Limits = Limits()) throws {
        let end = try EndRecord(source)
        guard end.entries <= UInt64(limits.entries), end.size <= UInt64(limits.directoryBytes) else {
            throw FeatureStoreError(
                .archiveBomb, "the archive lists \(end.entries) entries, more than the \(limits.entries) allowed")
        }
        guard end.offset <= UInt64(source.count), end.size <= UInt64(source.count) - end.offset else {
            throw Self.damaged("its directory lies outside of it")
        }
        let bytes = try source.read(Int(end.offset)..<Int(end.offset + end.size))
        var entries: [Entry] = []
        var offset = 0
        while UInt64(entries.count) < end.entries {
            guard let entry = Self.entry(bytes, at: &offset) else { throw Self.damaged("its directory is cut off") }
            entries.append(entry)
        }
        self.entries = entries
        try Self.check(entries, archive: UInt64(source.count), limits: limits)
    }

    package func contains(_ name: String) -> Bool { entries.contains { $0.name == name } }

    package func contains(folder: String) -> Bool { entries.contains { $0.name.hasPrefix(folder + "/") } }

    private static func check(_ entries: [Entry], archive: UInt64, limits: Limits) throws {
        var compressed: UInt64 = 0
        var uncompressed: UInt64 = 0
        for entry in entries {
            let (packed, packedOverflow) = compressed.addingReportingOverflow(entry.compressed)
            let (unpacked, unpackedOverflow) = uncompressed.addingReportingOverflow(entry.uncompressed)
            guard !packedOverflow, !unpackedOverflow else { throw bomb("sizes that overflow") }
            (compressed, uncompressed) = (packed, unpacked)
        }
        guard uncompressed <= limits.uncompressed else {
            throw bomb("\(uncompressed) bytes unpacked, more than the \(limits.uncompressed) allowed")
        }
        guard uncompressed <= limits.ratioFloor || uncompressed / max(archive, 1) <= limits.ratio else {
            throw bomb("\(uncompressed) bytes packed into \(archive), beyond 1:\(limits.ratio)")
        }
        // Entries that share their bytes (D. Fifield, "A better zip bomb") add up to more than there is.
        guard compressed <= archive else { throw bomb("entries that overlap") }
    }

    private static func entry(_ bytes: [UInt8], at offset: inout Int) -> Entry? {
        guard bytes.littleEndian(UInt32.self, at: offset) == 0x0201_4B50,
            let flags = bytes.littleEndian(UInt16.self, at: offset + 8),
            let compressed = bytes.littleEndian(UInt32.self, at: offset + 20),
            let uncompressed = bytes.littleEndian(UInt32.self, at: offset + 24),
            let nameLength = bytes.littleEndian(UInt16.self, at: offset + 28),
            let extraLength = bytes.littleEndian(UInt16.self, at: offset + 30),
            let commentLength = bytes.littleEndian(UInt16.self, at: offset + 32)
        else { return nil }
        let nameStart = offset + 46
        let extraStart = nameStart + Int(nameLength)
        let end = extraStart + Int(extraLength) + Int(commentLength)
        guard end <= bytes.count else { return nil }
        var entry = Entry(
            name: String(decoding: bytes[nameStart..<extraStart], as: UTF8.self), compressed: UInt64(compressed),
            uncompressed: UInt64(uncompressed), isEncrypted: flags & 1 != 0)
        entry.applyZip64(bytes, extra: extraStart..<extraStart + Int(extraLength))
        offset = end
        return entry
    }

    private static func damaged(_ what: String) -> FeatureStoreError {
        FeatureStoreError(.damagedDocument, "the zip archive is damaged or cut off: \(what)")
    }

    private static func bomb(_ what: String) -> FeatureStoreError {
        FeatureStoreError(.archiveBomb, "the archive is refused before unpacking: it declares \(what)")
    }

    /// Where the directory lies, from the end of the archive.
    private struct EndRecord {
        var entries: UInt64
        var size: UInt64
        var offset: UInt64

        init(_ source: ByteSource) throws {
            // The record of 22 bytes may be followed by a comment of up to 65,535.
            let tail = try source.last(22 + 65_535)
            guard
                let start = (0...max(0, tail.count - 22)).last(where: { offset in
                    tail.littleEndian(UInt32.self, at: offset) == 0x0605_4B50
                }),
                let entries = tail.littleEndian(UInt16.self, at: start + 10),
                let size = tail.littleEndian(UInt32.self, at: start + 12),
                let offset = tail.littleEndian(UInt32.self, at: start + 16)
            else { throw ZipDirectory.damaged("the end of its directory is missing") }
            (self.entries, self.size, self.offset) = (UInt64(entries), UInt64(size), UInt64(offset))
            guard entries == .max || size == .max || offset == .max else { return }
            guard tail.littleEndian(UInt32.self, at: start - 20) == 0x0706_4B50,
                let at = tail.littleEndian(UInt64.self, at: start - 12), at <= UInt64(source.count)
            else { throw ZipDirectory.damaged("its zip64 locator is missing") }
            let record = try source.read(Int(at)..<Int(at) + 56)
            guard record.littleEndian(UInt32.self, at: 0) == 0x0606_4B50,
                let wideEntries = record.littleEndian(UInt64.self, at: 32),
                let wideSize = record.littleEndian(UInt64.self, at: 40),
                let wideOffset = record.littleEndian(UInt64.self, at: 48)
            else { throw ZipDirectory.damaged("its zip64 record is missing") }
            (self.entries, self.size, self.offset) = (wideEntries, wideSize, wideOffset)
        }
    }
}

extension ZipDirectory.Entry {
    /// Sizes of 4 GiB and more stand in an extra field with id 1, in this order, only where the plain field is full.
    fileprivate mutating func applyZip64(_ bytes: [UInt8], extra: Range<Int>) {
        var offset = extra.lowerBound
        while offset + 4 <= extra.upperBound, let id = bytes.littleEndian(UInt16.self, at: offset),
            let length = bytes.littleEndian(UInt16.self, at: offset + 2)
        {
            var field = offset + 4
            if id == 1 {
                if uncompressed == UInt64(UInt32.max), let wide = bytes.littleEndian(UInt64.self, at: field) {
                    uncompressed = wide
                    field += 8
                }
                if compressed == UInt64(UInt32.max), let wide = bytes.littleEndian(UInt64.self, at: field) {
                    compressed = wide
                }
            }
            offset += 4 + Int(length)
        }
    }
}
