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
        let stepRows = try StepRow.fetchAll(
            db, sql: "SELECT * FROM step WHERE document_id = ? AND view = ?", arguments: [document.id, view.name])
        let steps = view.steps.compactMap { declared in stepRows.first { $0.step.name == declared.name } }
        let hasPreview = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM rendition WHERE document_id = ? AND kind = 'preview')",
            arguments: [document.id])
        var record = DocumentRecord(
            id: document.id, name: document.name, mediaType: document.mediaType, size: document.size,
            metadata: document.metadata, status: document.status, createdAt: document.createdAt.description,
            finishedAt: document.finishedAt?.description, view: "\(view.name)@\(view.features.version)",
            steps: steps.map(\.record), error: document.error, hasPreview: hasPreview ?? false)
        var rows = StoredRows()
        try SQLiteFeatureStorage.latest(db, view: view.features.id, key: .document(document.id), into: &rows)
        if let row = rows[0] { record.features = row.wireValues(of: view.features) }
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

extension LatestRow {
    /// Each value with its times.
    func wireValues(of view: ViewVersion) -> [String: FeatureValue] {
        let state = state
        var values: [String: FeatureValue] = [:]
        for column in view.presentColumns {
            guard let held = state.cells[column.ordinal] else { continue }
            values[column.name] = FeatureValue(
                value: held.value.scalar(as: column.type), eventTime: held.order.event.description,
                createdTime: held.order.created.description)
        }
        return values
    }
}
