import Crypto

/// A PDF written object by object, with a cross-reference table that is right.
struct PDFWriter {
    private var bytes = Array("%PDF-1.4\n%".utf8) + [0xE2, 0xE3, 0xCF, 0xD3, 0x0A]
    private var offsets: [Int] = []

    /// Appends the next object, numbered from 1.
    mutating func object(_ body: String) { object(Array(body.utf8)) }

    mutating func object(_ body: [UInt8]) {
        offsets.append(bytes.count)
        bytes += Array("\(offsets.count) 0 obj\n".utf8) + body + Array("\nendobj\n".utf8)
    }

    static func stream(_ content: [UInt8]) -> [UInt8] {
        Array("<</Length \(content.count)>>\nstream\n".utf8) + content + Array("\nendstream".utf8)
    }

    /// The whole file; object 1 is the catalog.
    func finished(trailer: String = "") -> [UInt8] {
        var end = "xref\n0 \(offsets.count + 1)\n0000000000 65535 f \n"
        for offset in offsets {
            let digits = String(offset)
            end += String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n"
        }
        end += "trailer\n<</Size \(offsets.count + 1)/Root 1 0 R\(trailer)>>\nstartxref\n\(bytes.count)\n%%EOF\n"
        return bytes + Array(end.utf8)
    }
}

extension HostileInput {
    private static func pdf(_ name: String, _ bytes: [UInt8]) -> HostileInput {
        HostileInput(name, "application/pdf", bytes)
    }

    private static let text = Array("BT /F1 24 Tf 72 720 Td (Hello) Tj ET".utf8)
    private static let font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"

    /// One page with one word: what the others deviate from.
    package static let soundPDF = pdf("sound PDF", onePage(mediaBox: "0 0 612 792"))

    private static func onePage(mediaBox: String, parent: String = "2 0 R", kids: String = "3 0 R") -> [UInt8] {
        var writer = PDFWriter()
        writer.object("<</Type/Catalog/Pages 2 0 R>>")
        writer.object("<</Type/Pages/Count 1/Kids[\(kids)]>>")
        writer.object(
            "<</Type/Page/Parent \(parent)/MediaBox[\(mediaBox)]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>")
        writer.object(PDFWriter.stream(text))
        writer.object(font)
        return writer.finished()
    }

    package static let truncatedPDF = truncated("truncated PDF", soundPDF)

    /// A page of about 350 m by 350 m: 1.7 × 10¹³ pixels at 300 DPI.
    package static let hugePage = pdf("PDF with a page of 1,000,000 points", onePage(mediaBox: "0 0 1000000 1000000"))

    /// The page tree's only child is the page tree.
    package static let pageTreeCycle = pdf(
        "PDF whose page tree contains itself", onePage(mediaBox: "0 0 612 792", kids: "2 0 R"))

    /// So many pages, each with its word.
    package static func manyPages(_ count: Int) -> HostileInput {
        var writer = PDFWriter()
        writer.object("<</Type/Catalog/Pages 2 0 R>>")
        let kids = (0..<count).map { "\($0 + 5) 0 R" }.joined(separator: " ")
        writer.object(
            "<</Type/Pages/Count \(count)/Kids[\(kids)]/MediaBox[0 0 612 792]/Resources<</Font<</F1 4 0 R>>>>>>")
        writer.object(PDFWriter.stream(text))
        writer.object(font)
        for _ in 0..<count { writer.object("<</Type/Page/Parent 2 0 R/Contents 3 0 R>>") }
        return pdf("PDF of \(count) pages", writer.finished())
    }

    /// The user's password of ``encryptedPDF``.
    package static let password = "secret"

    /// One page that opens with ``password`` only: standard security handler, revision 2 (RC4, 40 bit).
    package static let encryptedPDF: HostileInput = {
        let permissions: Int32 = -4
        let id = Array("0123456789abcdef".utf8)
        // ISO 32000-1, 7.6.3.3 and 7.6.3.4: algorithms 2, 3 and 4.
        let owner = rc4(key: Array(md5(padded("owner")).prefix(5)), padded(password))
        let p = (0..<4).map { UInt8(truncatingIfNeeded: permissions >> (8 * Int32($0))) }
        let key = Array(md5(padded(password) + owner + p + id).prefix(5))
        let user = rc4(key: key, padding)
        var writer = PDFWriter()
        writer.object("<</Type/Catalog/Pages 2 0 R>>")
        writer.object("<</Type/Pages/Count 1/Kids[3 0 R]>>")
        writer.object(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>")
        // Algorithm 1: the object's number and generation salt the key.
        let salted = Array(md5(key + [4, 0, 0, 0, 0]).prefix(10))
        writer.object(PDFWriter.stream(rc4(key: salted, text)))
        writer.object(font)
        writer.object("<</Filter/Standard/V 1/R 2/P \(permissions)/O<\(hex(owner))>/U<\(hex(user))>>>")
        return pdf("PDF with a password", writer.finished(trailer: "/Encrypt 6 0 R/ID[<\(hex(id))><\(hex(id))>]"))
    }()
}

// MARK: What the standard security handler needs

private let padding: [UInt8] = [
    0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08, 0x2E, 0x2E, 0x00,
    0xB6,
    0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
]

private func padded(_ password: String) -> [UInt8] { Array((Array(password.utf8) + padding).prefix(32)) }

private func md5(_ bytes: [UInt8]) -> [UInt8] { Array(Insecure.MD5.hash(data: bytes)) }

private func rc4(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
    var state = (0...255).map { UInt8($0) }
    var j = 0
    for i in 0..<256 {
        j = (j + Int(state[i]) + Int(key[i % key.count])) & 255
        state.swapAt(i, j)
    }
    var i = 0
    j = 0
    return bytes.map { byte in
        i = (i + 1) & 255
        j = (j + Int(state[i])) & 255
        state.swapAt(i, j)
        return byte ^ state[(Int(state[i]) + Int(state[j])) & 255]
    }
}

private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
