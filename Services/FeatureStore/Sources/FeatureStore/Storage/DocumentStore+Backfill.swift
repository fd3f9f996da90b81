/// Documents that went through an earlier version of their view.
extension DocumentStore {
    /// Opens steps whose code has changed since they ran, and what was made from their results, oldest documents first.
    /// - Returns: how many documents were opened, and whether those were all.
    func backfill(limit: Int, at now: Timestamp) async throws -> (reopened: Int, isComplete: Bool) {
        let outdated = view.steps.map { _ in
            """
            NOT EXISTS (SELECT 1 FROM step
                WHERE document_id = document.id AND view = ? AND step.name = ? AND step.version >= ?)
            """
        }.joined(separator: " OR ")
        let ids = try await engine.read { db in
            var arguments: [any SQLConvertible] = []
            for step in view.steps {
                arguments += [view.name, step.name.rawValue, step.version] as [any SQLConvertible]
            }
            return try db.rows(
                """
                SELECT id FROM document WHERE status IN ('succeeded', 'partial', 'failed') AND (\(outdated))
                ORDER BY created_at LIMIT ?
                """, arguments + [limit + 1]
            ).map { try $0.text("id") }
        }
        var reopened = 0
        for id in ids.prefix(limit) {
            let isOpen = try await engine.write { db in
                try JobStore.reopen(db, document: id, view: view, priority: .bulk, at: now) { machine, rows in
                    machine.reopen { step in
                        let ran = rows.first { $0.step.name == step.name }?.version ?? 0
                        return ran < (view[step.name]?.version ?? 0)
                    }
                }
            }
            if isOpen { reopened += 1 }
        }
        return (reopened, ids.count <= limit)
    }
}
