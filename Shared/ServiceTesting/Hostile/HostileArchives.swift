/// A ZIP archive, entry by entry.
struct ZIPWriter {
    private var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var entries: UInt16 = 0

    mutating func add(_ name: String, _ text: String) {
        var stream = DeflateStream()
        stream.plain(Array(text.utf8))
        add(name, stream)
    }

    mutating func add(_ name: String, _ stream: DeflateStream) {
        let compressed = stream.finished()
        // Version 2.0, no flags, deflated, 1980-01-01.
        let common: [UInt8] =
            littleEndian(UInt16(20)) + [0, 0] + littleEndian(UInt16(8)) + littleEndian(UInt16(0))
            + littleEndian(UInt16(0x21))
            + littleEndian(stream.checksum.value) + littleEndian(UInt32(compressed.count))
            + littleEndian(UInt32(stream.count)) + littleEndian(UInt16(name.utf8.count)) + [0, 0]
        directory +=
            [0x50, 0x4B, 1, 2] + littleEndian(UInt16(20)) + common + [UInt8](repeating: 0, count: 10)
            + littleEndian(UInt32(bytes.count)) + Array(name.utf8)
        bytes += [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + compressed
        entries += 1
    }

    func finished() -> [UInt8] {
        bytes + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + littleEndian(entries) + littleEndian(entries)
            + littleEndian(UInt32(directory.count)) + littleEndian(UInt32(bytes.count)) + [0, 0]
    }
}

extension HostileInput {
    private static let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    /// A valid document of one paragraph.
    package static let soundDOCX = HostileInput("sound DOCX", docx, wordDocument { $0.plain(Array("Hello".utf8)) })

    /// One paragraph of 10⁹ letters, in 1 MB.
    package static let bombDOCX = HostileInput(
        "zip bomb DOCX", docx, wordDocument { $0.run(of: UInt8(ascii: "A"), count: 1_000_000_000) })

    private static func wordDocument(_ text: (inout DeflateStream) -> Void) -> [UInt8] {
        let head = #"<?xml version="1.0" encoding="UTF-8"?>"#
        let schemas = "http://schemas.openxmlformats.org"
        var archive = ZIPWriter()
        archive.add(
            "[Content_Types].xml",
            """
            \(head)<Types xmlns="\(schemas)/package/2006/content-types">\
            <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
            <Override PartName="/word/document.xml" ContentType="\(docx).main+xml"/></Types>
            """)
        archive.add(
            "_rels/.rels",
            """
            \(head)<Relationships xmlns="\(schemas)/package/2006/relationships">\
            <Relationship Id="rId1" Type="\(schemas)/officeDocument/2006/relationships/officeDocument" \
            Target="word/document.xml"/></Relationships>
            """)
        var document = DeflateStream()
        document.plain(
            Array("\(head)<w:document xmlns:w=\"\(schemas)/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>".utf8))
        text(&document)
        document.plain(Array("</w:t></w:r></w:p></w:body></w:document>".utf8))
        archive.add("word/document.xml", document)
        return archive.finished()
    }
}
