import GRDB
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
    let database: StoreDatabase
    let content: ContentStore
    let view: DocumentView
    let policy: AttemptPolicy
    let leaseDuration: Duration

    /// Takes the job that has been due longest and that nobody works on.
    func claim(owner: String, at now: Timestamp) async throws -> (job: ClaimedJob, action: JobMachine.Action)? {
        try await database.write { db in
            let id = try String.fetchOne(
                db,
                sql: """
                    SELECT document_id FROM job
                    WHERE done = 0 AND view = ? AND not_before <= ? AND (lease_until IS NULL OR lease_until < ?)
                    ORDER BY not_before, queued_at LIMIT 1
                    """,
                arguments: [view.name, now, now])
            guard let id, var document = try DocumentStore.document(db, id: id) else { return nil }
            document.status = .running
            try db.execute(sql: "UPDATE document SET status = 'running' WHERE id = ?", arguments: [id])
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
        try await database.write { db in
            let id = job.document.id
            let owner = try String.fetchOne(
                db, sql: "SELECT lease_owner FROM job WHERE document_id = ? AND view = ? AND done = 0",
                arguments: [id, view.name])
            guard owner == job.owner else { return nil }
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
        try await database.write { db in
            try db.execute(
                sql:
                    "UPDATE job SET lease_until = ? WHERE document_id = ? AND view = ? AND lease_owner = ? AND done = 0",
                arguments: [now + leaseDuration, job.document.id, view.name, job.owner])
            return db.changesCount == 1
        }
    }

    /// Ends the leases of earlier processes: the data folder's lock says that they are dead.
    func releaseAllLeases() async throws {
        try await database.write { db in
            try db.execute(sql: "UPDATE job SET lease_owner = NULL, lease_until = NULL WHERE done = 0")
        }
    }

    /// When a job next becomes due that nobody works on.
    func nextDue() async throws -> Timestamp? {
        try await database.read { db in
            try Timestamp.fetchOne(
                db, sql: "SELECT min(not_before) FROM job WHERE done = 0 AND lease_owner IS NULL")
        }
    }

    func openCount() async throws -> Int {
        try await database.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM job WHERE done = 0") ?? 0
        }
    }

    // MARK: - Inside a transaction

    static func insert(_ db: Database, document id: String, view: DocumentView, at now: Timestamp) throws {
        try db.execute(
            sql: "INSERT INTO job (document_id, view, view_version, queued_at, not_before) VALUES (?, ?, ?, ?, ?)",
            arguments: [id, view.name, view.features.version, now, now])
        try save(db, JobMachine(view: view), document: id, view: view)
    }

    static func reopen(_ db: Database, document id: String, view: DocumentView, at now: Timestamp) throws -> Bool {
        guard let document = try DocumentStore.document(db, id: id),
            document.status == .failed || document.status == .partial
        else { return false }
        var machine = try machine(db, document: id, view: view, policy: .standard)
        guard machine.retry() else { return false }
        try save(db, machine, document: id, view: view)
        try db.execute(
            sql: """
                UPDATE job SET done = 0, not_before = ?, lease_owner = NULL, lease_until = NULL
                WHERE document_id = ? AND view = ?
                """,
            arguments: [now, id, view.name])
        try db.execute(
            sql: """
                UPDATE document SET status = 'queued', finished_at = NULL, error_code = NULL, error_message = NULL
                WHERE id = ?
                """,
            arguments: [id])
        return true
    }

    static func machine(
        _ db: Database, document id: String, view: DocumentView, policy: AttemptPolicy
    ) throws -> JobMachine {
        let rows = try StepRow.fetchAll(
            db, sql: "SELECT * FROM step WHERE document_id = ? AND view = ?", arguments: [id, view.name])
        return JobMachine(view: view, steps: rows.map(\.step), policy: policy)
    }

    private static func save(_ db: Database, _ machine: JobMachine, document id: String, view: DocumentView) throws {
        for step in machine.steps {
            try db.execute(
                sql: """
                    INSERT INTO step (document_id, view, name, version, status, attempts, not_before, started_at,
                        finished_at, error_class, error_code, error_message)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (document_id, view, name) DO UPDATE SET
                        version = excluded.version, status = excluded.status, attempts = excluded.attempts,
                        not_before = excluded.not_before, started_at = excluded.started_at,
                        finished_at = excluded.finished_at, error_class = excluded.error_class,
                        error_code = excluded.error_code, error_message = excluded.error_message
                    """,
                arguments: [
                    id, view.name, step.name.rawValue, view[step.name]?.version ?? 0, step.state.rawValue,
                    step.attempts, step.notBefore, step.startedAt, step.finishedAt,
                    step.failure?.failureClass.rawValue, step.failure?.code, step.failure?.message,
                ])
        }
    }

    /// Takes the next step from the machine: begins it, parks the job, or closes it.
    private func proceed(
        _ db: Database, document id: String, owner: String, machine: inout JobMachine, at now: Timestamp
    ) throws -> JobMachine.Action {
        let action = machine.next(at: now)
        switch action {
        case .run(let name):
            machine.start(name, at: now)
            try db.execute(
                sql: "UPDATE job SET lease_owner = ?, lease_until = ? WHERE document_id = ? AND view = ?",
                arguments: [owner, now + leaseDuration, id, view.name])
        case .wait(let until):
            try park(db, document: id, until: until)
        case .finish(let status):
            try db.execute(
                sql: """
                    UPDATE job SET done = 1, lease_owner = NULL, lease_until = NULL WHERE document_id = ? AND view = ?
                    """,
                arguments: [id, view.name])
            try db.execute(
                sql: """
                    UPDATE document SET status = ?, finished_at = ?, error_code = ?, error_message = ? WHERE id = ?
                    """,
                arguments: [status.rawValue, now, machine.failure?.code, machine.failure?.message, id])
        }
        try Self.save(db, machine, document: id, view: view)
        return action
    }

    private func park(_ db: Database, document id: String, until: Timestamp) throws {
        try db.execute(
            sql: """
                UPDATE job SET not_before = ?, lease_owner = NULL, lease_until = NULL
                WHERE document_id = ? AND view = ?
                """,
            arguments: [until, id, view.name])
        try db.execute(sql: "UPDATE document SET status = 'queued' WHERE id = ?", arguments: [id])
    }

    private func write(
        _ db: Database, _ output: StepOutput, of name: StepName, document: DocumentRow, at now: Timestamp
    ) throws {
        let key: StatementArguments = [document.id, view.name, name.rawValue]
        try db.execute(
            sql: """
                INSERT INTO step_result (document_id, view, name, body) VALUES (?, ?, ?, ?)
                ON CONFLICT (document_id, view, name) DO UPDATE SET body = excluded.body
                """,
            arguments: key + [output.result])
        try db.execute(
            sql: "UPDATE step SET versions = ? WHERE document_id = ? AND view = ? AND name = ?",
            arguments: [output.versions.storedJSON()] + key)
        for effect in output.effects {
            try write(db, effect, document: document, at: now)
        }
    }

    private func write(_ db: Database, _ effect: StepEffect, document: DocumentRow, at now: Timestamp) throws {
        switch effect {
        case .rendition(let kind, let file, let mediaType):
            try content.adopt(file)
            try db.execute(
                sql: """
                    INSERT INTO rendition (document_id, kind, digest, media_type, size) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (document_id, kind) DO UPDATE SET
                        digest = excluded.digest, media_type = excluded.media_type, size = excluded.size
                    """,
                arguments: [document.id, kind.rawValue, file.digest, mediaType, file.size])
        case .excerpt(let text):
            try db.execute(sql: "UPDATE document SET excerpt = ? WHERE id = ?", arguments: [text, document.id])
        case .type(let label):
            try db.execute(sql: "UPDATE document SET type = ? WHERE id = ?", arguments: [label, document.id])
        case .passages(let passages, let whole):
            try PassageStore.replace(db, document: document.id, passages, whole: whole)
        case .features(let values):
            try SQLiteFeatureStorage.write(
                db,
                [
                    [
                        WriteBatch(
                            view: view.features,
                            rows: [
                                PendingRow(
                                    key: .document(document.id),
                                    // The values hold since the document came in, whenever they were computed.
                                    event: document.createdAt,
                                    cells: try PackedRow(checking: values, of: view.features))
                            ],
                            source: "document:\(document.id)")
                    ]
                ],
                at: now)
        }
    }
}
