import ServiceAPI

/// Steps that were given up, with the reason of each.
struct DeadLetterStore: Sendable {
    struct Filter: Sendable {
        var step: StepName?
        var failureClass: FailureClass?
        var code: String?
    }

    /// A place in the list, newest first: after the step it names.
    struct Cursor: Sendable {
        var failedAt: Timestamp
        var document: String
        var step: String

        init(failedAt: Timestamp, document: String, step: String) {
            self.failedAt = failedAt
            self.document = document
            self.step = step
        }

        init?(_ text: String) {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 3, let microseconds = Int64(parts[0]), parts[1].count == 64,
                parts[1].allSatisfy(\.isHexDigit), StepName(rawValue: String(parts[2])) != nil
            else { return nil }
            self.init(
                failedAt: Timestamp(microseconds: microseconds), document: String(parts[1]), step: String(parts[2]))
        }

        var text: String { "\(failedAt.microseconds)-\(document)-\(step)" }
    }

    let engine: any StoreEngine
    let view: DocumentView

    func list(_ filter: Filter, after cursor: Cursor?, limit: Int) async throws -> (
        letters: [DeadLetter], next: Cursor?
    ) {
        var (condition, arguments) = condition(filter)
        if let cursor {
            condition += " AND (step.finished_at, step.document_id, step.name) < (?, ?, ?)"
            arguments += [cursor.failedAt, cursor.document, cursor.step] as [any SQLConvertible]
        }
        let (sql, values) = (condition, arguments + [limit + 1])
        let rows = try await engine.read { db in
            try db.rows(
                """
                SELECT step.*, document.name AS document_name
                FROM step JOIN document ON document.id = step.document_id WHERE \(sql)
                ORDER BY step.finished_at DESC, step.document_id DESC, step.name DESC LIMIT ?
                """, values)
        }
        let letters = try rows.prefix(limit).map { row in
            DeadLetter(
                documentID: try row.text("document_id"), documentName: try row.text("document_name"),
                step: try row.text("name"), failureClass: try row.optionalText("error_class") ?? "",
                code: try row.optionalText("error_code") ?? "", message: try row.optionalText("error_message") ?? "",
                attempts: try row.int("attempts"), failedAt: try row.time("finished_at").description)
        }
        guard rows.count > limit, let last = rows.prefix(limit).last else { return (letters, nil) }
        return (
            letters,
            Cursor(
                failedAt: try last.time("finished_at"), document: try last.text("document_id"),
                step: try last.text("name"))
        )
    }

    /// Opens the steps again that the filter says, with all attempts, behind what comes in now.
    /// - Parameter documents: only these, where given.
    /// - Returns: how many documents were opened; those that are still worked on are not.
    func replay(_ filter: Filter, documents: [String]?, limit: Int, at now: Timestamp) async throws -> Int {
        var (condition, arguments) = condition(filter)
        if let documents {
            guard !documents.isEmpty else { return 0 }
            condition += " AND step.document_id IN (\(documents.placeholders))"
            arguments += documents as [any SQLConvertible]
        }
        let (sql, values) = (condition, arguments + [limit])
        let ids = try await engine.read { db in
            try db.rows(
                """
                SELECT DISTINCT step.document_id FROM step JOIN document ON document.id = step.document_id
                WHERE \(sql) AND document.status IN ('failed', 'partial') LIMIT ?
                """, values
            ).map { try $0.text("document_id") }
        }
        var replayed = 0
        for id in ids {
            let isOpen = try await engine.write { db in
                try JobStore.reopen(db, document: id, view: view, priority: .bulk, at: now) { machine, _ in
                    machine.retry()
                }
            }
            if isOpen { replayed += 1 }
        }
        return replayed
    }

    private func condition(_ filter: Filter) -> (sql: String, arguments: [any SQLConvertible]) {
        var terms = ["step.status = 'failed'", "step.view = ?"]
        var arguments: [any SQLConvertible] = [view.name]
        for (column, value) in [
            ("name", filter.step?.rawValue), ("error_class", filter.failureClass?.rawValue),
            ("error_code", filter.code),
        ] {
            guard let value else { continue }
            terms.append("step.\(column) = ?")
            arguments.append(value)
        }
        return (terms.joined(separator: " AND "), arguments)
    }
}
