import FoundationEssentials
import GRDB
import ServiceAPI

/// Makes the wire's records of stored documents.
struct DocumentPresenter: Sendable {
    /// What a record shows besides state and features.
    enum Part: String, CaseIterable, Sendable {
        case analysis
        case excerpt
    }

    let database: StoreDatabase
    let view: DocumentView

    func records(_ documents: [DocumentRow], including parts: Set<Part>) async throws -> [DocumentRecord] {
        try await database.read { db in
            try documents.map { try record(db, $0, including: parts) }
        }
    }

    private func record(_ db: Database, _ document: DocumentRow, including parts: Set<Part>) throws -> DocumentRecord {
        let rows = try StepRow.fetchAll(
            db, sql: "SELECT * FROM step WHERE document_id = ? AND view = ?", arguments: [document.id, view.name])
        let steps = view.steps.compactMap { declared in rows.first { $0.step.name == declared.name } }
        let hasPreview = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM rendition WHERE document_id = ? AND kind = 'preview')",
            arguments: [document.id])
        var record = DocumentRecord(
            id: document.id, name: document.name, mediaType: document.mediaType, size: document.size,
            metadata: document.metadata, status: document.status, createdAt: document.createdAt.description,
            finishedAt: document.finishedAt?.description, view: "\(view.name)@\(view.features.version)",
            steps: steps.map(\.record), error: document.error, hasPreview: hasPreview ?? false)
        if let row = try FeatureHistory.latest(db, view.features, entity: .document(document.id)) {
            record.features = row.wireValues
        }
        if parts.contains(.excerpt) { record.excerpt = document.excerpt }
        if parts.contains(.analysis),
            let body = try DocumentStore.result(db, of: .analyze, document: document.id, view: view)
        {
            record.analysis = try JSONDecoder().decode(TextAnalysis.self, from: Data(body))
        }
        return record
    }
}

extension StepRow {
    fileprivate var record: DocumentStep {
        var record = DocumentStep(
            name: step.name.rawValue, status: step.state, attempts: step.attempts,
            startedAt: step.startedAt?.description, finishedAt: step.finishedAt?.description, versions: versions,
            error: step.failure.map { StepError(code: $0.code, message: $0.message) })
        if let start = step.startedAt, let end = step.finishedAt {
            record.milliseconds = Double(end.microseconds - start.microseconds) / 1000
        }
        return record
    }
}

extension FeatureRow {
    /// Each value with the times of its row.
    var wireValues: [String: FeatureValue] {
        values.mapValues {
            FeatureValue(value: $0, eventTime: eventTime.description, createdTime: createdTime.description)
        }
    }
}
