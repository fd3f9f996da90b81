/// The kinds of files that can be read, told apart by their first bytes.
package enum DocumentFormat: String, Codable, Sendable, CaseIterable {
    case pdf = "application/pdf"
    case png = "image/png"
    case jpeg = "image/jpeg"
    case tiff = "image/tiff"
    case webp = "image/webp"

    package var mediaType: String { rawValue }

    /// Bytes in which `%PDF-` may stand: readers accept junk before it (ISO 32000-2, annex I.3.4.1: 1,024 bytes).
    private static let headerWindow = 1024

    /// Finds the format of a document by its magic number.
    package init?(sniffing bytes: some Collection<UInt8>) {
        func starts(_ magic: [UInt8], at offset: Int = 0) -> Bool {
            bytes.dropFirst(offset).prefix(magic.count).elementsEqual(magic)
        }
        if starts([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if starts([0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if starts([0x49, 0x49, 0x2A, 0]) || starts([0x4D, 0x4D, 0, 0x2A])
            || starts([0x49, 0x49, 0x2B, 0]) || starts([0x4D, 0x4D, 0, 0x2B])
        {
            self = .tiff
        } else if starts(Array("RIFF".utf8)), starts(Array("WEBP".utf8), at: 8) {
            self = .webp
        } else if Array(bytes.prefix(Self.headerWindow)).contains(Array("%PDF-".utf8)) {
            self = .pdf
        } else {
            return nil
        }
    }
}
