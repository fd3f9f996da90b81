import Foundation
import ServiceAPI

/// The table that `ingest`, `documents` and `demo` show: a line a document.
struct DocumentTable {
    private var table = TextTable([
        .init(title: "DOCUMENT", limit: 28), .init(title: "PAGES", alignment: .right), .init(title: "READ", limit: 8),
        .init(title: "TYPE", limit: 20), .init(title: "LANG", limit: 5),
        .init(title: "AMOUNT", alignment: .right, limit: 18),
        .init(title: "DATE", limit: 10), .init(title: "TIME", alignment: .right), .init(title: "STATUS", limit: 120),
    ])

    init(_ documents: [DocumentRecord]) {
        for document in documents { table.add(Self.cells(document)) }
    }

    func print(to terminal: Terminal) { table.print(to: terminal) }

    private static func cells(_ document: DocumentRecord) -> [TextTable.Cell] {
        let features = document.features
        let type = features["document_type"]?.value.text.map { label in
            label + (features["type_score"]?.value.number.map { String(format: " %.2f", $0) } ?? "")
        }
        let amount = (features["amount_total"] ?? features["amount_max"])?.value.number.map { value in
            String(format: "%.2f", value) + (features["amount_currency"]?.value.text.map { " " + $0 } ?? "")
        }
        let date = (features["document_date"] ?? features["first_date"])?.value.text
        return [
            .init(document.name), .init(features["page_count"]?.value.text ?? "–"),
            .init(features["read_by"]?.value.text ?? "–"), .init(type ?? "–"),
            .init(features["language"]?.value.text ?? "–"), .init(amount ?? "–"), .init(date ?? "–"),
            .init(seconds(document)), status(document),
        ]
    }

    private static func status(_ document: DocumentRecord) -> TextTable.Cell {
        switch document.status {
        case .succeeded: .init("ok", .green)
        case .partial: .init("partial: " + (document.reason ?? "a page or step failed"), .yellow)
        case .failed: .init("failed: " + (document.reason ?? "no reason given"), .red)
        case .queued, .running: .init(document.status.rawValue, .dim)
        }
    }

    private static func seconds(_ document: DocumentRecord) -> String {
        let milliseconds = document.steps.compactMap(\.milliseconds).reduce(0, +)
        return milliseconds > 0 ? String(format: "%.1f s", milliseconds / 1000) : "–"
    }
}

extension DocumentRecord {
    /// Why the document, or the first step of it, failed.
    var reason: String? {
        error?.message ?? steps.compactMap { step in step.error.map { "\(step.name): \($0.message)" } }.first
    }
}

extension FeatureValue.Scalar {
    /// The value as a person reads it; `nil` for null.
    var text: String? {
        switch self {
        case .int(let value): String(value)
        case .double(let value): String(value)
        case .string(let value): value
        case .bool(let value): String(value)
        case .null: nil
        }
    }

    var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        case .string, .bool, .null: nil
        }
    }
}
