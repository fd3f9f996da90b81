import FoundationEssentials
import Reporting

/// Made-up documents with figures that can be added up by hand.
enum SampleCollection {
    /// 2026-11-25 00:00 UTC.
    static let day = Date(timeIntervalSince1970: 1_795_564_800)

    static func document(
        _ number: Int, name: String? = nil, type: String? = "receipt", score: Double = 0.75, language: String? = "en",
        pages: Int = 2, seconds: Double = 1, sum: Int? = nil, currency: String? = "EUR", date: String? = nil
    ) -> ReportDocument {
        var document = ReportDocument(
            id: String(repeating: "0", count: 60) + String(1000 + number), name: name ?? "document-\(number).pdf",
            mediaType: "application/pdf", bytes: 52_300 + number, outcome: .succeeded,
            received: day.addingTimeInterval(Double(number) * 60),
            finished: day.addingTimeInterval(Double(number) * 60 + 5))
        document.pages = .init(total: pages, failed: 0, reading: number % 2 == 0 ? .native : .ocr)
        document.recognitionConfidence = 0.93
        if let type {
            document.types = [
                .init(name: type, score: score), .init(name: "letter", score: (1 - score) * 0.6),
                .init(name: "form", score: (1 - score) * 0.4),
            ]
        }
        if let language { document.language = .init(name: language, score: 0.98) }
        if let sum {
            document.principal = .init(hundredths: sum, currency: currency)
            document.amounts = [
                .init(hundredths: sum, currency: currency), .init(hundredths: sum / 3, currency: currency),
            ]
        }
        if let date = date.flatMap({ CivilDate(iso: $0) }) {
            document.date = date
            document.dates = [date]
        }
        document.entities = [
            .init(kind: "email", text: "billing@example.org"), .init(kind: "iban", text: "DE89370400440532013000"),
            .init(kind: "identifier", text: "INV-2026-\(number)"), .init(kind: "phone", text: "+49 30 1234567"),
        ]
        document.steps = [
            .init(name: "recognize", seconds: seconds), .init(name: "analyze", seconds: 0.05),
            .init(name: "embed", seconds: 0.12), .init(name: "type", seconds: 0.01),
        ]
        document.excerpt =
            "Thank you for your visit. Two coffees and a slice of plum cake, to be paid within thirty days."
        return document
    }

    static func failed(_ number: Int, name: String, code: String, message: String) -> ReportDocument {
        ReportDocument(
            id: String(repeating: "f", count: 60) + String(1000 + number), name: name, mediaType: "application/pdf",
            bytes: 812, outcome: .failed, failures: [.init(step: "recognize", code: code, message: message)],
            received: day.addingTimeInterval(Double(number) * 60))
    }

    /// A collection as a person would have one.
    static func mixed() -> CollectionInput {
        var documents: [ReportDocument] = []
        let types = ["receipt", "receipt", "invoice", "letter", "receipt", "form", "article", "invoice", "receipt"]
        for number in 0..<18 {
            documents.append(
                document(
                    number, type: types[number % types.count], score: 0.35 + Double(number * 7 % 60) / 100,
                    language: number % 5 == 4 ? "de" : number % 7 == 6 ? "fr" : "en", pages: 1 + number % 4,
                    seconds: 0.6 + Double(number % 4) * 0.4, sum: number % 3 == 2 ? nil : 1_250 + number * 4_321,
                    currency: number % 6 == 1 ? "MYR" : "EUR",
                    date: "2026-\(number % 9 < 3 ? "0" : "1")\(number % 3)-11"))
        }
        documents[3].outcome = .partial
        documents[3].pages.failed = 1
        documents[3].failures = [
            .init(
                step: "recognize", code: "page_failed",
                message: "page 2: the picture has 100,000 × 100,000 pixels, at most 40 million are read")
        ]
        documents[5].name =
            "Quarterly statement of the accounts of the northern branch offices, second revision (final, corrected).docx"
        documents.append(
            failed(
                19, name: "damaged.pdf", code: "document_damaged",
                message: "the PDF has no cross-reference table and no page could be found in what remains"))
        documents.append(
            failed(
                20, name: "locked.pdf", code: "document_encrypted",
                message: "the PDF is encrypted; a password is needed"))
        return CollectionInput(
            title: "Receipts and letters of autumn", conditions: ["source: mail room"], documents: documents)
    }
}
