import FeatureStore
import Testing

/// A zip archive with stored entries; sizes may lie.
struct ZipBuilder {
    private var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    mutating func add(
        _ name: String, _ content: [UInt8] = [], compressed: UInt32? = nil, uncompressed: UInt32? = nil,
        flags: UInt16 = 0
    ) {
        let offset = UInt32(bytes.count)
        let sizes = le(compressed ?? UInt32(content.count)) + le(uncompressed ?? UInt32(content.count))
        let common: [UInt8] = le(UInt16(20)) + le(flags) + le(UInt16(0)) + le(UInt32(0)) + le(UInt32(0)) + sizes
        bytes += le(UInt32(0x0403_4B50)) + common + le(UInt16(name.utf8.count)) + le(UInt16(0)) + name.utf8 + content
        directory += le(UInt32(0x0201_4B50)) + le(UInt16(20)) + common + le(UInt16(name.utf8.count))
        directory +=
            le(UInt16(0)) + le(UInt16(0)) + le(UInt16(0)) + le(UInt16(0)) + le(UInt32(0)) + le(offset) + name.utf8
        count += 1
    }

    func archive(entries: UInt16? = nil, comment: String = "") -> [UInt8] {
        let number = le(entries ?? UInt16(count))
        return bytes + directory + le(UInt32(0x0605_4B50)) + le(UInt16(0)) + le(UInt16(0)) + number + number
            + le(UInt32(directory.count)) + le(UInt32(bytes.count)) + le(UInt16(comment.utf8.count)) + comment.utf8
    }

    private func le<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}

func detect(_ bytes: [UInt8], name: String = "document") throws -> DocumentFormat {
    try DocumentFormat.detect(ByteSource(bytes), name: name)
}

@Suite struct DocumentFormatTests {
    @Test(arguments: [
        ("%PDF-1.7\n", DocumentFormat.pdf), ("junk before\n%PDF-1.4", .pdf), ("{\\rtf1\\ansi", .rtf),
        ("<!DOCTYPE html><p>x", .html), ("  <!-- c -->\n<HTML>", .html), ("<?xml version='1.0'?><html>", .html),
        ("plain words", .text), ("<p>no page, only a tag", .text), ("a,b\n1,2", .text), ("\u{FEFF}<html>", .html),
    ])
    func beginningTellsTheFormat(text: String, format: DocumentFormat) throws {
        #expect(try detect(Array(text.utf8)) == format)
    }

    @Test(arguments: [
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] as [UInt8], DocumentFormat.png),
        ([0xFF, 0xD8, 0xFF, 0xE0], .jpeg), ([0x49, 0x49, 42, 0], .tiff), ([0x4D, 0x4D, 0, 42], .tiff),
        ([0x4D, 0x4D, 0, 43], .tiff), (Array("RIFF____WEBPVP8 ".utf8), .webp),
        // "é" in Windows-1252, "é" in UTF-16.
        ([0x63, 0x61, 0x66, 0xE9], .text), ([0xFF, 0xFE, 0xE9, 0x00, 0x21, 0x00], .text),
    ])
    func bytesTellTheFormat(bytes: [UInt8], format: DocumentFormat) throws {
        #expect(try detect(bytes) == format)
    }

    @Test func nameTellsKindsOfTextApart() throws {
        #expect(try detect(Array("a,b".utf8), name: "x.csv") == .csv)
        #expect(try detect(Array("<p>a".utf8), name: "X.HTM") == .html)
        // A name never turns text into something else.
        #expect(try detect(Array("text".utf8), name: "x.pdf") == .text)
    }

    @Test(arguments: [
        ("word/document.xml", DocumentFormat.docx), ("xl/workbook.xml", .xlsx), ("ppt/presentation.xml", .pptx),
    ])
    func entriesTellOfficeFormats(entry: String, format: DocumentFormat) throws {
        var zip = ZipBuilder()
        zip.add("[Content_Types].xml", [1])
        zip.add(entry, [2])
        #expect(try detect(zip.archive()) == format)
        #expect(try detect(zip.archive(comment: "PK\u{5}\u{6} in a comment")) == format)
    }

    @Test(arguments: [DocumentFormat.odt, .ods, .odp])
    func firstEntryTellsOpenDocument(format: DocumentFormat) throws {
        var zip = ZipBuilder()
        zip.add("mimetype", Array(format.mediaType.utf8))
        zip.add("content.xml", [1])
        #expect(try detect(zip.archive()) == format)
    }

    private func code(_ bytes: [UInt8]) -> String? {
        do {
            _ = try detect(bytes)
            return nil
        } catch {
            return (error as? FeatureStoreError)?.code.description
        }
    }

    @Test func refusals() {
        #expect(code([]) == "empty_document")
        #expect(code([0, 1, 2, 3]) == "unsupported_media_type")
        #expect(code(Array("text with \0 NUL".utf8)) == "unsupported_media_type")
        var zip = ZipBuilder()
        zip.add("readme.txt", [1])
        #expect(code(zip.archive()) == "unsupported_media_type")
        #expect(code(Array(zip.archive().dropLast(10))) == "damaged_document")
        #expect(code([0x50, 0x4B, 0x03, 0x04]) == "damaged_document")
        #expect(code(zip.archive(entries: 7)) == "damaged_document")
        var encrypted = ZipBuilder()
        encrypted.add("[Content_Types].xml", [1], flags: 1)
        #expect(code(encrypted.archive()) == "encrypted_document")
    }

    @Test func bombsAreRefusedUnopened() {
        var large = ZipBuilder()
        large.add("[Content_Types].xml", [1])
        large.add("word/document.xml", [1], uncompressed: 3 << 30)
        #expect(code(large.archive()) == "archive_bomb")
        var ratio = ZipBuilder()
        ratio.add("word/document.xml", [UInt8](repeating: 0, count: 1000), uncompressed: 64 << 20)
        #expect(code(ratio.archive()) == "archive_bomb")
        // Entries that share their bytes: 100 times 1 MB in an archive of a few kilobytes.
        var overlap = ZipBuilder()
        for number in 0..<20 { overlap.add("word/\(number).xml", [1], compressed: 1 << 20, uncompressed: 1 << 20) }
        #expect(code(overlap.archive()) == "archive_bomb")
        var entries = ZipBuilder()
        entries.add("a", [1])
        #expect(code(entries.archive(entries: 65_534)) == "archive_bomb")
    }

    @Test func everyPrefixAndEveryFlippedByteIsAnswered() {
        var zip = ZipBuilder()
        zip.add("[Content_Types].xml", Array("content".utf8))
        zip.add("word/document.xml", Array("text".utf8))
        let archive = zip.archive()
        // None of these may trap; each ends in a format or in one of our errors.
        for length in 0..<archive.count { _ = code(Array(archive.prefix(length))) }
        for index in archive.indices {
            for value in [0x00, 0x7F, 0xFF] as [UInt8] {
                var changed = archive
                changed[index] = value
                _ = code(changed)
            }
        }
    }

    /// An OLE2 directory entry: name in UTF-16 at 0, its length at 64, the kind of entry at 66.
    private func compound(stream: String) -> [UInt8] {
        var bytes: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 504)
        var entry = [UInt8](repeating: 0, count: 128)
        for (index, unit) in stream.utf16.enumerated() {
            entry[2 * index] = UInt8(unit & 0xFF)
            entry[2 * index + 1] = UInt8(unit >> 8)
        }
        entry[64] = UInt8(2 * (stream.utf16.count + 1))
        entry[66] = 2
        bytes += entry
        return bytes
    }

    @Test func streamsTellLegacyOfficeFormats() throws {
        #expect(try detect(compound(stream: "WordDocument")) == .doc)
        #expect(try detect(compound(stream: "Workbook")) == .xls)
        #expect(try detect(compound(stream: "PowerPoint Document")) == .ppt)
        #expect(code(compound(stream: "EncryptedPackage")) == "encrypted_document")
        #expect(code(compound(stream: "__properties_version1.0")) == "unsupported_media_type")
    }
}

@Suite struct DocumentNameTests {
    @Test(arguments: [
        ("invoice.pdf", "invoice.pdf"), ("../../etc/passwd", "passwd"), ("C:\\files\\a.doc", "a.doc"), ("", "document"),
        ("..", "document"), ("a\u{0}b\r\nc", "abc"), ("evil\u{202E}fdp.exe", "evilfdp.exe"),
        ("Größe 10€.txt", "Größe 10€.txt"),
    ])
    func namesAreMadeHarmless(given: String, name: String) {
        #expect(DocumentName.sanitized(given) == name)
    }

    @Test func namesAreCutAtACharacter() {
        let name = DocumentName.sanitized(String(repeating: "ö", count: 300))
        #expect(name.utf8.count == 254)
    }

    @Test func headerHoldsNoQuoteAndNoLine() {
        #expect(
            DocumentName.attachment("a\"; ö\n.pdf")
                == "attachment; filename=\"document\"; filename*=UTF-8''a%22%3B%20%C3%B6%0A.pdf")
    }
}
