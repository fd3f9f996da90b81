import DocumentRecognition
import Testing

@Suite struct PageSelectionTests {
    @Test(arguments: [
        ("3", [3]), ("1-3", [1, 2, 3]), ("9-", [9, 10]), ("-2", [1, 2]), ("5,1-2,2", [1, 2, 5]), ("8-99", [8, 9, 10]),
    ])
    func selectionsAreSortedAndCutToTheDocument(text: String, pages: [Int]) throws {
        #expect(try PageSelection(parsing: text).pages(of: 10, limit: 100) == pages)
    }

    @Test(arguments: ["", "0", "-", "a", "3-1", "1,,2", "1-2-3", "-0", "99999999999999999999"])
    func whatIsNoSelectionIsRefused(text: String) {
        #expect(throws: RecognitionError.self) { try PageSelection(parsing: text) }
    }

    @Test func aSelectionOutsideTheDocumentIsRefused() throws {
        let error = #expect(throws: RecognitionError.self) {
            try PageSelection(parsing: "11-12").pages(of: 10, limit: 5)
        }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("10 pages") == true)
    }

    @Test func tooManyPagesNameTheLimit() throws {
        let error = #expect(throws: RecognitionError.self) { try PageSelection.all.pages(of: 10_000, limit: 500) }
        #expect(error?.code == .pageLimit)
        #expect(error?.message.contains("limit.pages") == true)
        #expect(try PageSelection(parsing: "9501-").pages(of: 10_000, limit: 500).count == 500)
    }
}
