import Suite
import Testing

@Suite struct TextTableTests {
    @Test func columnsAreAlignedAndLongCellsShortened() {
        var table = TextTable([
            .init(title: "NAME", limit: 8), .init(title: "PAGES", alignment: .right), .init(title: "TYPE"),
        ])
        table.add([.init("a.pdf"), .init("3"), .init("invoice")])
        table.add([.init("a very long name.pdf"), .init("12"), .init("")])
        #expect(
            table.lines(for: .plain) == [
                "NAME      PAGES  TYPE",
                "a.pdf         3  invoice",
                "a very …     12",
            ])
    }

    @Test(arguments: [
        ("invoice.pdf", "invoice.pdf"), ("a\u{1B}[31mb", "a [31mb"), ("line\nbreak", "line break"),
        ("\u{202E}fdp", " fdp"),
        ("Grüße 発票", "Grüße 発票"),
    ])
    func controlCharactersOfNamesCannotSteerTheTerminal(name: String, printed: String) {
        #expect(printable(name) == printed)
    }
}
