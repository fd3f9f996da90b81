import FoundationEssentials
import ServiceAPI

/// Makes the wire's records of stored documents.
struct DocumentPresenter: Sendable {
    /// What a record shows besides state and features.
    enum Part: String, CaseIterable, Sendable {
        case analysis
        case excerpt
    }

    let engine: any StoreEngine
    let view: DocumentView

    /// The records, read with a few statements however many there are.
    func records(_ documents: [DocumentRow], including parts: Set<Part>) async throws -> [DocumentRecord] {
        guard !documents.isEmpty else { return [] }
        let ids = documents.map(\.id)
        return try await engine.read { db in
            let steps = Dictionary(
                grouping: try db.rows(
                    "SELECT * FROM step WHERE document_id IN (\(ids.placeholders)) AND view = ?", ids + [view.name]),
                by: { try? $0.text("document_id") })
            let previews = Set(
                try db.rows(
                    "SELECT document_id FROM rendition WHERE document_id IN (\(ids.placeholders)) AND kind = 'preview'",
                    ids
                ).map { try $0.text("document_id") })
            let analyses = parts.contains(.analysis) ? try analyses(db, ids) : [:]
            let features = try db.latestFeatures(view: view.features.id, keys: ids.map { .document($0) })
            return try documents.enumerated().map { index, document in
                let rows = try (steps[document.id] ?? []).map(StepRow.init)
                var record = DocumentRecord(
                    id: document.id, name: document.name, mediaType: document.mediaType, size: document.size,
                    metadata: document.metadata, status: document.status, createdAt: document.createdAt.description,
                    finishedAt: document.finishedAt?.description, view: "\(view.name)@\(view.features.version)",
                    steps: view.steps.compactMap { declared in rows.first { $0.step.name == declared.name }?.record },
                    error: document.error, hasPreview: previews.contains(document.id))
                if let row = features[index] { record.features = row.wireValues(of: view.features) }
                if parts.contains(.excerpt) { record.excerpt = document.excerpt }
                record.analysis = try analyses[document.id].map {
                    try JSONDecoder().decode(TextAnalysis.self, from: Data($0))
                }
                return record
            }
        }
    }

    private func analyses(_ db: any StoreSession, _ ids: [String]) throws -> [String: [UInt8]] {
        let rows = try db.rows(
            """
            SELECT document_id, body FROM step_result
            WHERE document_id IN (\(ids.placeholders)) AND view = ? AND name = ?
            """, ids + [view.name, StepName.analyze.rawValue])
        return Dictionary(
            try rows.map { (try $0.text("document_id"), try $0.bytes("body")) }, uniquingKeysWith: { $1 })
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
