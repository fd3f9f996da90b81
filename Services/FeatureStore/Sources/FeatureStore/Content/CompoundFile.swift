/// The OLE2 container of legacy Office files and of encrypted OOXML ([MS-CFB]).
enum CompoundFile {
    static let magic: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]

    /// Tells the format by the names of the container's streams.
    ///
    /// Directory entries are 128 bytes long and lie on multiples of 128, whatever the order of the sectors; so the
    /// file is looked through once, without following its chains, which a damaged or hostile file may have closed to
    /// a circle.
    static func format(_ source: ByteSource) throws -> DocumentFormat {
        var format: DocumentFormat?
        var offset = 512
        while offset < source.count {
            let chunk = try source.read(offset..<offset + 1 << 20)
            for start in stride(from: 0, to: chunk.count - 127, by: 128) {
                guard let name = streamName(chunk, at: start) else { continue }
                switch name {
                case "EncryptedPackage", "EncryptionInfo":
                    throw FeatureStoreError(
                        .encryptedDocument, "the document is protected by a password; send it without one")
                case "WordDocument": format = .doc
                case "Workbook", "Book": format = format ?? .xls
                case "PowerPoint Document": format = .ppt
                default: break
                }
            }
            offset += 1 << 20
        }
        guard let format else {
            throw FeatureStoreError(
                .unsupportedType, "an OLE2 file that is no Word, Excel or PowerPoint document is not supported")
        }
        return format
    }

    private static func streamName(_ bytes: [UInt8], at offset: Int) -> String? {
        // At 64: length of the name in bytes with its final NUL; at 66: 2 is a stream, 5 the root.
        guard bytes[offset + 66] == 2, let length = bytes.littleEndian(UInt16.self, at: offset + 64),
            length >= 4, length <= 64, length % 2 == 0
        else { return nil }
        let units = (0..<(Int(length) / 2 - 1)).compactMap {
            bytes.littleEndian(UInt16.self, at: offset + 2 * $0)
        }
        return String(decoding: units, as: UTF16.self)
    }
}
