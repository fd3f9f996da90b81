import ServiceAPI

/// A claimed job: the document and the lease under which this process works on it.
struct ClaimedJob: Sendable {
    var document: DocumentRow
    var owner: String
}

/// What a step came to.
enum StepOutcome: Sendable {
    case succeeded(StepName, StepOutput)
    case failed(StepName, StepFailure)
    /// The process is shutting down; the attempt does not count.
    case released(StepName)

    var step: StepName {
        switch self {
        case .succeeded(let name, _), .failed(let name, _), .released(let name): name
        }
    }
}

extension StepOutcome {
    var name: String {
        switch self {
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .released: "released"
        }
    }
}

/// Durable jobs: which document's turn it is, and each step's state.
struct JobStore: Sendable {
    let engine: any StoreEngine
    let content: ContentStore
    let view: DocumentView
    let policy: AttemptPolicy
    let leaseDuration: Duration

    /// Takes the most urgent job, of those the one that has been due longest, that nobody works on.
    func claim(owner: String, at now: Timestamp) async throws -> (job: ClaimedJob, action: JobMachine.Action)? {
        try await engine.write { db in
            let found = try db.row(
                """
                SELECT document_id FROM job
                WHERE done = 0 AND view = ? AND not_before <= ? AND (lease_until IS NULL OR lease_until < ?)
                ORDER BY priority DESC, not_before, queued_at LIMIT 1 \(db.skipLocked)
                """, view.name, now, now)
            guard let id = try found?.text("document_id"), var document = try DocumentStore.document(db, id: id)
            else { return nil }
            document.status = .running
            try db.execute("UPDATE document SET status = 'running' WHERE id = ?", id)
            var machine = try Self.machine(db, document: id, view: view, policy: policy)
            var random = SystemRandomNumberGenerator()
            machine.recover(at: now, using: &random)
            let action = try proceed(db, document: id, owner: owner, machine: &machine, at: now)
            return (ClaimedJob(document: document, owner: owner), action)
        }
    }

    /// Writes a step's outcome with all its effects and tells what comes next, in one transaction.
    /// - Returns: nil when the lease was lost: the document was deleted, or another process took over. Then nothing
    ///   was written.
    func advance(_ job: ClaimedJob, _ outcome: StepOutcome, at now: Timestamp) async throws -> JobMachine.Action? {
        try await engine.write { db in
            let id = job.document.id
            let lease = try db.row(
                "SELECT lease_owner FROM job WHERE document_id = ? AND view = ? AND done = 0 \(db.forUpdate)", id,
                view.name)
            guard try lease?.optionalText("lease_owner") == job.owner else { return nil }
            try db.notify()
            var machine = try Self.machine(db, document: id, view: view, policy: policy)
            guard machine[outcome.step]?.state == .running else { return nil }
            switch outcome {
            case .succeeded(let name, let output):
                machine.succeed(name, at: now, missing: output.missing)
                try write(db, output, of: name, document: job.document, at: now)
            case .failed(let name, let failure):
                var random = SystemRandomNumberGenerator()
                machine.fail(name, failure, at: now, using: &random)
            case .released(let name):
                machine.release(name)
                try Self.save(db, machine, document: id, view: view)
                try park(db, document: id, until: now)
                return .wait(until: now)
            }
            return try proceed(db, document: id, owner: job.owner, machine: &machine, at: now)
        }
    }

    /// Extends the lease; false when it was lost.
    func renew(_ job: ClaimedJob, at now: Timestamp) async throws -> Bool {
        try await engine.write { db in
            try db.execute(
                "UPDATE job SET lease_until = ? WHERE document_id = ? AND view = ? AND lease_owner = ? AND done = 0",
                now + leaseDuration, job.document.id, view.name, job.owner) == 1
        }
    }

    /// Ends the leases of earlier processes, where the data folder's lock says that they are dead; where several share
    /// the store, a dead one's leases run out.
    func releaseAbandonedLeases() async throws {
        guard !engine.isShared else { return }
        try await engine.write { db in
            _ = try db.execute("UPDATE job SET lease_owner = NULL, lease_until = NULL WHERE done = 0")
        }
    }

    /// When a job next becomes due, or its lease runs out.
    func nextDue() async throws -> Timestamp? {
        try await engine.read { db in
            let free = try db.row("SELECT min(not_before) AS due FROM job WHERE done = 0 AND lease_owner IS NULL")
            let leased = try db.row(
                "SELECT min(lease_until) AS due FROM job WHERE done = 0 AND lease_owner IS NOT NULL")
            // The lease's last microsecond still belongs to its holder.
            return [
                try free?.optionalTime("due"), try leased?.optionalTime("due").map { $0 + .microseconds(1) },
            ].compactMap(\.self).min()
        }
    }

    // MARK: - Inside a transaction

    static func insert(
        _ db: any StoreSession, document id: String, view: DocumentView, priority: JobPriority, at now: Timestamp
    ) throws {
        try db.execute(
            """
            INSERT INTO job (document_id, view, view_version, priority, queued_at, not_before)
            VALUES (?, ?, ?, ?, ?, ?)
            """, id, view.name, view.features.version, priority.rank, now, now)
        try save(db, JobMachine(view: view), document: id, view: view)
    }

    /// Opens steps of a finished document again.
    /// - Parameter priority: of the new work; that of before where nil.
    /// - Returns: whether there was one.
    static func reopen(
        _ db: any StoreSession, document id: String, view: DocumentView, priority: JobPriority? = nil,
        at now: Timestamp,
        _ open: (inout JobMachine, [StepRow]) -> Bool
    ) throws -> Bool {
        // Whoever else opens or works on it comes before or after this.
        let job = try db.row(
            "SELECT priority FROM job WHERE document_id = ? AND view = ? \(db.forUpdate)", id, view.name)
        guard let job, let document = try DocumentStore.document(db, id: id), document.status.isFinal else {
            return false
        }
        let rows = try steps(db, document: id, view: view)
        var machine = JobMachine(view: view, steps: rows.map(\.step))
        guard open(&machine, rows) else { return false }
        try save(db, machine, document: id, view: view)
        try db.execute(
            """
            UPDATE job SET done = 0, priority = ?, not_before = ?, lease_owner = NULL, lease_until = NULL
            WHERE document_id = ? AND view = ?
            """, try priority?.rank ?? job.int("priority"), now, id, view.name)
        try db.execute(
            """
            UPDATE document SET status = 'queued', finished_at = NULL, error_code = NULL, error_message = NULL
            WHERE id = ?
            """, id)
        try db.notify()
        return true
    }

    private static func steps(_ db: any StoreSession, document id: String, view: DocumentView) throws -> [StepRow] {
        try db.rows("SELECT * FROM step WHERE document_id = ? AND view = ?", id, view.name).map(StepRow.init)
    }

    static func machine(
        _ db: any StoreSession, document id: String, view: DocumentView, policy: AttemptPolicy
    ) throws -> JobMachine {
        JobMachine(view: view, steps: try steps(db, document: id, view: view).map(\.step), policy: policy)
    }

    /// A step's version stays that of the code which it last ran with.
    private static func save(_ db: any StoreSession, _ machine: JobMachine, document id: String, view: DocumentView)
        throws
    {
        for step in machine.steps {
            try db.execute(
                """
                INSERT INTO step (document_id, view, name, version, status, attempts, not_before, started_at,
                    finished_at, error_class, error_code, error_message)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (document_id, view, name) DO UPDATE SET
                    version = CASE WHEN excluded.status = 'running' THEN excluded.version ELSE step.version END,
                    status = excluded.status, attempts = excluded.attempts,
                    not_before = excluded.not_before, started_at = excluded.started_at,
                    finished_at = excluded.finished_at, error_class = excluded.error_class,
                    error_code = excluded.error_code, error_message = excluded.error_message
                """,
                id, view.name, step.name.rawValue, view[step.name]?.version ?? 0, step.state.rawValue, step.attempts,
                step.notBefore, step.startedAt, step.finishedAt, step.failure?.failureClass.rawValue,
                step.failure?.code, step.failure?.message)
        }
    }

    /// Takes the next step from the machine: begins it, parks the job, or closes it.
    private func proceed(
        _ db: any StoreSession, document id: String, owner: String, machine: inout JobMachine, at now: Timestamp
    ) throws -> JobMachine.Action {
        let action = machine.next(at: now)
        switch action {
        case .run(let name):
            machine.start(name, at: now)
            try db.execute(
                "UPDATE job SET lease_owner = ?, lease_until = ? WHERE document_id = ? AND view = ?", owner,
                now + leaseDuration, id, view.name)
        case .wait(let until):
            try park(db, document: id, until: until)
        case .finish(let status):
            try db.execute(
                "UPDATE job SET done = 1, lease_owner = NULL, lease_until = NULL WHERE document_id = ? AND view = ?",
                id, view.name)
            try db.execute(
                "UPDATE document SET status = ?, finished_at = ?, error_code = ?, error_message = ? WHERE id = ?",
                status.rawValue, now, machine.failure?.code, machine.failure?.message, id)
        }
        try Self.save(db, machine, document: id, view: view)
        return action
    }

    private func park(_ db: any StoreSession, document id: String, until: Timestamp) throws {
        try db.execute(
            """
            UPDATE job SET not_before = ?, lease_owner = NULL, lease_until = NULL WHERE document_id = ? AND view = ?
            """, until, id, view.name)
        try db.execute("UPDATE document SET status = 'queued' WHERE id = ?", id)
    }

    private func write(
        _ db: any StoreSession, _ output: StepOutput, of name: StepName, document: DocumentRow, at now: Timestamp
    ) throws {
        try db.execute(
            """
            INSERT INTO step_result (document_id, view, name, body) VALUES (?, ?, ?, ?)
            ON CONFLICT (document_id, view, name) DO UPDATE SET body = excluded.body
            """, document.id, view.name, name.rawValue, [UInt8](output.result))
        try db.execute(
            "UPDATE step SET versions = ? WHERE document_id = ? AND view = ? AND name = ?",
            output.versions.storedJSON(), document.id, view.name, name.rawValue)
        for effect in output.effects {
            try write(db, effect, document: document, at: now)
        }
    }

    private func write(_ db: any StoreSession, _ effect: StepEffect, document: DocumentRow, at now: Timestamp) throws {
        switch effect {
        case .rendition(let kind, let file, let mediaType):
            try db.lock(file.digest)
            try content.adopt(file)
            try db.execute(
                """
                INSERT INTO rendition (document_id, kind, digest, media_type, size) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (document_id, kind) DO UPDATE SET
                    digest = excluded.digest, media_type = excluded.media_type, size = excluded.size
                """, document.id, kind.rawValue, file.digest, mediaType, file.size)
        case .excerpt(let text):
            try db.execute("UPDATE document SET excerpt = ? WHERE id = ?", text, document.id)
        case .type(let label):
            try db.execute("UPDATE document SET type = ? WHERE id = ?", label, document.id)
        case .passages(let passages, let whole):
            try PassageStore.replace(db, document: document.id, passages, whole: whole)
        case .features(let values):
            try db.writeFeatures(
                WriteBatch(
                    view: view.features,
                    rows: [
                        PendingRow(
                            key: .document(document.id),
                            // The values hold since the document came in, whenever they were computed.
                            event: document.createdAt, cells: try PackedRow(checking: values, of: view.features))
                    ],
                    source: "document:\(document.id)"), at: now)
        }
    }
}
