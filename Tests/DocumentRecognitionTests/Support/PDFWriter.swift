import NIOCore

/// Writes small PDF files for tests: pages of text runs in Helvetica.
struct PDFWriter {
    struct Run {
        var text: String
        /// Points from the left and from the bottom of the unrotated page.
        var x: Double
        var y: Double
        var size = 10.0
        /// Counter-clockwise quarter turns of the text.
        var turns = 0
    }

    struct Page {
        var width = 595.0
        var height = 842.0
        /// The page's own `/Rotate`, clockwise degrees.
        var rotate = 0
        var runs: [Run] = []
        /// More content operators, as they stand.
        var extra = ""
    }

    static func document(_ pages: [Page]) -> ByteBuffer {
        var objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
        objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
        var kids: [String] = []
        for page in pages {
            let content = page.runs.map(operators).joined() + page.extra
            objects.append("<< /Length \(content.utf8.count) >>\nstream\n\(content)\nendstream")
            kids.append("\(objects.count + 1) 0 R")
            objects.append(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 \(page.width) \(page.height)] /Rotate \(page.rotate) "
                    + "/Contents \(objects.count) 0 R /Resources << /Font << /F1 3 0 R >> >> >>")
        }
        objects[1] = "<< /Type /Pages /Kids [\(kids.joined(separator: " "))] /Count \(pages.count) >>"

        var file = ByteBuffer(string: "%PDF-1.7\n")
        var offsets: [Int] = []
        for (index, object) in objects.enumerated() {
            offsets.append(file.writerIndex)
            file.writeString("\(index + 1) 0 obj\n\(object)\nendobj\n")
        }
        let table = file.writerIndex
        file.writeString("xref\n0 \(objects.count + 1)\n0000000000 65535 f \n")
        for offset in offsets {
            let digits = String(offset)
            file.writeString(String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n")
        }
        file.writeString("trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(table)\n%%EOF\n")
        return file
    }

    private static func operators(_ run: Run) -> String {
        let matrix = ["1 0 0 1", "0 1 -1 0", "-1 0 0 -1", "0 -1 1 0"][run.turns & 3]
        let text = run.text.map { "()\\".contains($0) ? "\\\($0)" : String($0) }.joined()
        return "BT /F1 \(run.size) Tf \(matrix) \(run.x) \(run.y) Tm (\(text)) Tj ET\n"
    }
}
