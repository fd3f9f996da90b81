import FeatureStore
import ServiceAPI
import Testing

@Suite struct PassageCutterTests {
    private func cut(
        _ pages: [String], _ sentences: [(Int, Int)], tokens: Int = 8, limit: Int = 100
    ) -> (passages: [PassageCutter.Cut], isTruncated: Bool) {
        PassageCutter(tokens: tokens, limit: limit).cut(
            pages: pages, numbers: Array(1...max(pages.count, 1)).prefix(pages.count).map { $0 },
            sentences: sentences.map { TextSpan(start: $0.0, end: $0.1) })
    }

    @Test func sentencesAreGatheredUpToTheLength() {
        // Ten characters are three tokens, twenty are five: two sentences fit into seven, three do not.
        let passages = cut(["aaaa bbbb.cccc dddd.eeee ffff."], [(0, 10), (10, 20), (20, 30)], tokens: 7).passages
        #expect(passages.map(\.text) == ["aaaa bbbb.cccc dddd.", "eeee ffff."])
    }

    @Test func pageIsWhereThePassageBegins() {
        let passages = cut(["first page.", "other page."], [(0, 12), (12, 23)], tokens: 3).passages
        #expect(passages == [.init(page: 1, text: "first page."), .init(page: 2, text: "other page.")])
    }

    @Test func longSentenceIsCutAtWhiteSpace() {
        let text = Array(repeating: "word", count: 40).joined(separator: " ")
        let passages = cut([text], [(0, text.count)], tokens: 10).passages
        #expect(passages.allSatisfy { $0.text.count <= 48 && !$0.text.hasPrefix(" ") })
        #expect(passages.map(\.text).joined(separator: " ") == text)
    }

    @Test func endlessWordIsCutToo() {
        let text = String(repeating: "x", count: 1000)
        let passages = cut([text], [(0, 1000)], tokens: 10).passages
        #expect(passages.map(\.text).joined() == text)
        #expect(passages.allSatisfy { $0.text.count <= 80 })
    }

    @Test func numberIsBounded() {
        let text = String(repeating: "abcdefgh. ", count: 50)
        let result = cut([text], (0..<50).map { ($0 * 10, $0 * 10 + 10) }, tokens: 3, limit: 7)
        #expect(result.passages.count == 7)
        #expect(result.isTruncated)
    }

    @Test func offsetsCountCodePoints() {
        // An emoji with a modifier is one character of two code points.
        let passages = cut(["👍🏽 yes.", "no."], [(0, 8), (8, 11)], tokens: 2).passages
        #expect(passages == [.init(page: 1, text: "👍🏽 yes."), .init(page: 2, text: "no.")])
    }

    @Test func wrongOffsetsAreNotFollowed() {
        #expect(cut(["abc"], [(-5, 2), (2, 900), (3, 1)], tokens: 2).passages.map(\.text) == ["ab"])
        #expect(cut([], []).passages.isEmpty)
    }
}

@Suite struct DocumentEvidenceTests {
    private func word(_ text: String, _ confidence: Double) -> TextWord {
        TextWord(text: text, box: BoundingBox(left: 0, top: 0, right: 1, bottom: 1), confidence: confidence)
    }

    private func page(_ number: Int, _ words: [TextWord], method: RecognizedPage.Method, error: PageError? = nil)
        -> RecognizedPage
    {
        let box = BoundingBox(left: 0, top: 0, right: 1, bottom: 1)
        return RecognizedPage(
            number: number, width: 1, height: 1, unit: .point, method: method,
            blocks: [TextBlock(box: box, lines: [TextLine(box: box, words: words)])], error: error)
    }

    private func amount(_ value: String?, _ currency: String?, _ label: String? = nil) -> TextEntity {
        TextEntity(kind: .amount, start: 0, end: 1, text: "", value: value, currency: currency, label: label)
    }

    private func date(_ value: String?) -> TextEntity {
        TextEntity(kind: .date, start: 0, end: 1, text: "", value: value)
    }

    private func evidence(_ pages: [RecognizedPage], _ entities: [TextEntity]?) -> [String: FeatureValue.Scalar] {
        DocumentEvidence(
            mediaType: "application/pdf", size: 10,
            recognized: RecognizedDocument(
                status: .success, mediaType: "application/pdf", pageCount: pages.count, pages: pages, engines: [:],
                milliseconds: 0),
            analysis: entities.map {
                TextAnalysis(
                    language: DetectedLanguage(code: "de", confidence: 1, reliable: true), sentences: [], entities: $0)
            }
        ).features
    }

    @Test func everyDeclaredFeatureIsThereAndOfItsType() throws {
        let features = evidence([page(1, [word("a", 0.5)], method: .ocr)], [amount("1", "EUR"), date("2024-01-31")])
        let view = try RegistryPlan(
            FeatureDefinitions(entities: [DocumentView.entity], featureViews: [DocumentView.featureView]),
            isSystem: true, against: .empty
        ).result.view("document")
        #expect(Set(features.keys) == Set(view.presentColumns.map(\.name)))
        #expect(try PackedRow(checking: features, of: view).cells.count == features.count)
    }

    @Test func pagesAndWordsAreCounted() {
        let failed = page(3, [], method: .none, error: PageError(code: "x", message: "x"))
        let features = evidence(
            [
                page(1, [word("a", 0.5), word("b", 1)], method: .ocr), page(2, [word("c", 0.75)], method: .native),
                failed,
            ], nil)
        #expect(features["page_count"] == .int(3))
        #expect(features["failed_page_count"] == .int(1))
        #expect(features["word_count"] == .int(3))
        #expect(features["mean_confidence"] == .double(0.75))
        #expect(features["read_by"] == .string("mixed"))
        // No analysis: unknown, not zero.
        #expect(features["language"] == .null)
        #expect(features["amount_count"] == .null)
    }

    @Test func amountsAreOfTheMainCurrency() {
        let features = evidence(
            [],
            [
                amount("900", "USD"), amount("10.50", "EUR", "subtotal"), amount("12.50", "EUR", "Total"),
                amount(nil, "EUR"), amount("1", "EUR"),
            ])
        #expect(features["amount_total"] == .double(12.5))
        #expect(features["amount_max"] == .double(12.5))
        #expect(features["amount_currency"] == .string("EUR"))
        #expect(features["amount_count"] == .int(5))
    }

    @Test func datesAreFirstAndMostFrequent() {
        let features = evidence(
            [], [date("2024-01-01"), date("2023-12-31"), date("2024"), date("2023-12-31"), date(nil)])
        #expect(features["first_date"] == .string("2024-01-01"))
        #expect(features["document_date"] == .string("2023-12-31"))
        #expect(features["date_count"] == .int(5))
    }
}

@Suite struct VectorTests {
    @Test func meanPointsBetween() {
        let mean = Vector.normalizedMean([[1, 0, 0], [0, 1, 0]])
        #expect(abs(mean[0] - 0.70710678) < 1e-6 && abs(mean[1] - 0.70710678) < 1e-6 && mean[2] == 0)
        #expect(Vector.normalizedMean([]).isEmpty)
        #expect(Vector.normalized([0, 0]) == [0, 0])
    }

    @Test(arguments: [1, 7, 8, 9, 384, 385])
    func dotProductTakesEveryElement(count: Int) {
        let ones = [Float](repeating: 1, count: count)
        let numbers = (0..<count).map { Float($0) }
        // 0 + 1 + … + (n - 1)
        #expect(Vector.dot(ones, numbers) == Float(count * (count - 1) / 2))
    }
}
