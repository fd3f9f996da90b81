/// A format that documents may come in, told by content.
package enum DocumentFormat: String, CaseIterable, Sendable {
    case pdf, png, jpeg, tiff, webp
    case docx, xlsx, pptx, odt, ods, odp, doc, xls, ppt, rtf
    case html, csv, text

    package var mediaType: String {
        switch self {
        case .pdf: "application/pdf"
        case .png: "image/png"
        case .jpeg: "image/jpeg"
        case .tiff: "image/tiff"
        case .webp: "image/webp"
        case .docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case .pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation"
        case .odt: "application/vnd.oasis.opendocument.text"
        case .ods: "application/vnd.oasis.opendocument.spreadsheet"
        case .odp: "application/vnd.oasis.opendocument.presentation"
        case .doc: "application/msword"
        case .xls: "application/vnd.ms-excel"
        case .ppt: "application/vnd.ms-powerpoint"
        case .rtf: "application/rtf"
        case .html: "text/html"
        case .csv: "text/csv"
        case .text: "text/plain"
        }
    }

    package init?(mediaType: String) {
        guard let format = Self.allCases.first(where: { $0.mediaType == mediaType }) else { return nil }
        self = format
    }

    /// Whether document-recognition reads the format itself.
    package var isRecognizable: Bool {
        switch self {
        case .pdf, .png, .jpeg, .tiff, .webp: true
        default: false
        }
    }

    package var fileExtension: String {
        switch self {
        case .text: "txt"
        case .jpeg: "jpg"
        default: rawValue
        }
    }
}

extension DocumentFormat {
    /// Tells the format from the bytes; the name only distinguishes one kind of text from another.
    /// - Throws: `FeatureStoreError` for what is empty, unsupported, encrypted, cut off or a bomb.
    package static func detect(_ source: ByteSource, name: String) throws -> DocumentFormat {
        let head = try source.first(4096)
        guard !head.isEmpty else { throw FeatureStoreError(.emptyDocument, "the document has no bytes") }
        if let format = magic(head) { return format }
        if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            return try archive(ZipDirectory(source), head: head)
        }
        if head.starts(with: CompoundFile.magic) { return try CompoundFile.format(source) }
        return try text(source, head: head, name: name)
    }

    private static func magic(_ head: [UInt8]) -> DocumentFormat? {
        // Readers look for a PDF's header in the first 1,024 bytes (ISO 32000-1, implementation note 13).
        if head.prefix(1024).contains(sequence: Array("%PDF-".utf8)) { return .pdf }
        if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if head.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        for tiff: [UInt8] in [[0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0x49, 0x49, 43, 0], [0x4D, 0x4D, 0, 43]]
        where head.starts(with: tiff) {
            return .tiff
        }
        if head.starts(with: Array("RIFF".utf8)), head.dropFirst(8).starts(with: Array("WEBP".utf8)) { return .webp }
        if head.starts(with: Array("{\\rtf".utf8)) { return .rtf }
        return nil
    }

    private static func archive(_ directory: ZipDirectory, head: [UInt8]) throws -> DocumentFormat {
        guard !directory.entries.contains(where: \.isEncrypted) else {
            throw FeatureStoreError(
                .encryptedDocument, "the archive is protected by a password; send it without one")
        }
        if directory.contains("[Content_Types].xml") {
            if directory.contains(folder: "word") { return .docx }
            if directory.contains(folder: "xl") { return .xlsx }
            if directory.contains(folder: "ppt") { return .pptx }
        }
        // OpenDocument's first entry is its media type, stored as it is (ODF 1.3 part 2, section 3.3).
        if head.dropFirst(30).starts(with: Array("mimetype".utf8)) {
            let value = head.dropFirst(38)
            for format in [odt, ods, odp] where value.starts(with: Array(format.mediaType.utf8)) { return format }
        }
        throw FeatureStoreError(.unsupportedType, "a zip archive that is no office document is not supported")
    }

    private static func text(_ source: ByteSource, head: [UInt8], name: String) throws -> DocumentFormat {
        guard let text = PlainText(head, isPrefix: source.count > head.count) else {
            throw FeatureStoreError(
                .unsupportedType,
                "the bytes are none of PDF, PNG, JPEG, TIFF, WebP, office document, RTF, HTML or text")
        }
        if text.looksLikeHTML { return .html }
        let suffix = name.split(separator: ".").last.map { $0.lowercased() }
        switch suffix {
        case "htm", "html", "xhtml": return .html
        case "csv": return .csv
        default: return .text
        }
    }
}

extension Collection where Element == UInt8 {
    func contains(sequence: [UInt8]) -> Bool {
        guard let first = sequence.first else { return true }
        var rest = self[...]
        while let index = rest.firstIndex(of: first) {
            rest = rest[index...]
            if rest.starts(with: sequence) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
