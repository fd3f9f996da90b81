import DocumentRecognition
import ServiceAPI
import Testing

/// In which order the pieces of a page are read.
@Suite struct ReadingOrderTests {
    private static let prose = "The quick brown fox jumps over the lazy dog and runs"

    /// Lines of prose that say in which column and row they stand, painted in a disorderly order.
    private func column(_ name: String, x: Double, top: Double, rows: Int) -> [PDFWriter.Run] {
        (0..<rows).map { .init(text: "\(name)\($0) \(Self.prose)", x: x, y: top - Double($0) * 12, size: 8) }
            .sorted { ($0.text.hashValue, $0.y) < ($1.text.hashValue, $1.y) }
    }

    private func order(_ runs: [PDFWriter.Run]) async throws -> [String] {
        let document = try await Reader.run { try await $0.read(PDFWriter.document([.init(runs: runs)])) }
        return document.pages[0].blocks.flatMap(\.lines).compactMap { $0.words.first?.text }
    }

    @Test func columnsAreReadOneAfterTheOther() async throws {
        let left = column("L", x: 50, top: 700, rows: 12)
        let right = column("R", x: 310, top: 700, rows: 12)
        let expected = (0..<12).map { "L\($0)" } + (0..<12).map { "R\($0)" }
        #expect(try await order(right + left) == expected)
    }

    @Test func threeColumnsAreReadFromTheLeft() async throws {
        let columns = [("A", 30.0), ("B", 210.0), ("C", 390.0)].flatMap { name, x in
            (0..<8).map {
                PDFWriter.Run(text: "\(name)\($0) the quick brown fox jumps", x: x, y: 700 - Double($0) * 12, size: 9)
            }
        }
        let expected = ["A", "B", "C"].flatMap { name in (0..<8).map { "\(name)\($0)" } }
        #expect(try await order(columns.reversed()) == expected)
    }

    @Test func aTitleAcrossTheColumnsPartsThem() async throws {
        let title = PDFWriter.Run(text: "Title " + Self.prose + " " + Self.prose, x: 50, y: 760, size: 9)
        let middle = PDFWriter.Run(text: "Middle " + Self.prose + " " + Self.prose, x: 50, y: 560, size: 9)
        let upper = column("UL", x: 50, top: 720, rows: 8) + column("UR", x: 310, top: 720, rows: 8)
        let lower = column("LL", x: 50, top: 520, rows: 8) + column("LR", x: 310, top: 520, rows: 8)
        let expected =
            ["Title"] + (0..<8).map { "UL\($0)" } + (0..<8).map { "UR\($0)" }
            + ["Middle"] + (0..<8).map { "LL\($0)" } + (0..<8).map { "LR\($0)" }
        #expect(try await order(lower + [middle] + upper + [title]) == expected)
    }

    @Test func aTableIsReadRowByRow() async throws {
        let cells = (0..<6).flatMap { row in
            [("item\(row)", 50.0), ("\(row).00", 250.0), ("\(row * 2).50", 400.0)].map {
                PDFWriter.Run(text: $0.0, x: $0.1, y: 700 - Double(row) * 14, size: 10)
            }
        }
        let document = try await Reader.run {
            // Painted column by column, as spreadsheets do.
            try await $0.read(PDFWriter.document([.init(runs: cells.sorted { ($0.x, -$0.y) < ($1.x, -$1.y) })]))
        }
        let lines = document.pages[0].blocks.flatMap(\.lines).map(\.text)
        #expect(lines == (0..<6).map { "item\($0) \($0).00 \($0 * 2).50" })
    }

    @Test func paragraphsAreBlocks() async throws {
        let runs = [(700.0, "a"), (688, "b"), (650, "c"), (638, "d")].map {
            PDFWriter.Run(text: "\($0.1) \(Self.prose)", x: 50, y: $0.0, size: 10)
        }
        let blocks = try await Reader.run { try await $0.read(PDFWriter.document([.init(runs: runs)])) }.pages[0].blocks
        #expect(blocks.map { $0.lines.count } == [2, 2])
    }
}
