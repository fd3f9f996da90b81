/// Appends rows to the history and folds them into the latest rows, in one transaction, for several callers.
///
/// One round trip reads all that has to be known and another writes, however many callers, views and rows there are; a
/// batch of many rows takes one more of each.
final class PostgresRowWriter {
    /// From so many rows on it pays to copy them, and first to ask whether they can be known at all.
    private static let bulk = 256

    /// An entity in a view.
    private struct Place: Hashable {
        var view: Int64
        var key: EntityKey
    }

    private let now: Timestamp
    /// Times of writing never go back, though a machine's clock may.
    private var created: Timestamp
    private var sequence: Int64 = 0
    /// What was answered under an idempotency key, by its name.
    private var answers: [String: (digest: [UInt8], outcome: WriteOutcome)] = [:]
    /// By view.
    private var known: [Int64: KnownRows] = [:]
    private var latest: [Place: LatestRow] = [:]

    // What is to be written.
    private var history: [(place: Place, row: HistoryRow)] = []
    private var changed: Set<Place> = []
    private var newAnswers: [(key: IdempotencyKey, outcome: WriteOutcome)] = []

    private init(at now: Timestamp) {
        self.now = now
        created = now
    }

    /// Writes all groups.
    /// - Parameter isWhole: whether this is a transaction of its own; else one is open, and stays so.
    /// - Returns: what became of each group.
    @discardableResult
    static func write(
        _ groups: [WriteGroup], _ session: borrowing PostgresSession, at now: Timestamp, isWhole: Bool
    ) throws -> [WriteOutcome] {
        let writer = PostgresRowWriter(at: now)
        try writer.read(groups, session, after: isWhole ? [PostgresStatement("BEGIN")] : [])
        let outcomes = try groups.map(writer.outcome)
        try writer.write(session, before: isWhole ? [PostgresStatement("COMMIT")] : [])
        return outcomes
    }

    // MARK: - Reading

    private func read(
        _ groups: [WriteGroup], _ session: borrowing PostgresSession, after first: [PostgresStatement]
    ) throws {
        let batches = groups.flatMap(\.batches)
        let many = batches.filter { $0.rows.count >= Self.bulk }
        var newest: [Place: Timestamp] = [:]
        var statements =
            first + [
                // The lock that orders writers; the statements behind it see what those before wrote.
                PostgresStatement("SELECT value FROM counter WHERE name = 'sequence' FOR UPDATE") { rows in
                    self.sequence = rows.int(0, 0)
                },
                PostgresStatement("SELECT value FROM counter WHERE name = 'created'") { rows in
                    self.created = max(self.now, Timestamp(microseconds: rows.int(0, 0)))
                },
            ]
        let names = groups.compactMap { $0.key?.name }
        if !names.isEmpty { statements.append(earlierAnswers(names)) }
        statements += knownRows(of: batches.filter { $0.rows.count < Self.bulk })
        if !many.isEmpty { statements.append(newestEvents(Self.places(of: many)) { newest[$0] = $1 }) }
        let folded = Self.places(of: batches.filter { $0.target == .historyAndLatest })
        if !folded.isEmpty { statements.append(latestRows(folded)) }
        try session.pipeline(statements)

        // Rows that are newer than all that is stored of their entity are not there.
        let old = many.map { batch in
            var batch = batch
            batch.rows.removeAll { row in
                newest[Place(view: batch.view.id, key: row.key)].map { row.event > $0 } ?? true
            }
            return batch
        }
        let more = knownRows(of: old)
        if !more.isEmpty { try session.pipeline(more) }
    }

    private static func places(of batches: [WriteBatch]) -> [Place] {
        Array(Set(batches.flatMap { batch in batch.rows.map { Place(view: batch.view.id, key: $0.key) } }))
    }

    private func earlierAnswers(_ names: [String]) -> PostgresStatement {
        PostgresStatement(
            "SELECT name, digest, written, replayed FROM idempotency_key WHERE name = ANY ($1)", [.texts(names)]
        ) { rows in
            for row in 0..<rows.count {
                self.answers[rows.text(row, 0)] = (
                    rows.bytes(row, 1), WriteOutcome(written: Int(rows.int(row, 2)), replayed: Int(rows.int(row, 3)))
                )
            }
        }
    }

    private func knownRows(of batches: [WriteBatch]) -> [PostgresStatement] {
        var moments: [(view: Int64, moment: KnownRows.Moment)] = []
        var writings: [(view: Int64, writing: KnownRows.Writing)] = []
        for batch in batches {
            let needs = KnownRows.needs(of: batch.rows)
            moments += needs.moments.map { (batch.view.id, $0) }
            writings += needs.writings.map { (batch.view.id, $0) }
        }
        var statements: [PostgresStatement] = []
        if !moments.isEmpty {
            statements.append(
                PostgresStatement(
                    """
                    SELECT h.event_time, h.created_time, h.sequence, h.deleted, h.vals, h.view_id, h.entity_key
                    FROM unnest($1::bigint[], $2::bytea[], $3::bigint[]) AS r (view_id, entity_key, event_time)
                    CROSS JOIN LATERAL (
                        SELECT * FROM feature_history
                        WHERE view_id = r.view_id AND entity_key = r.entity_key AND event_time = r.event_time
                        ORDER BY created_time DESC, sequence DESC LIMIT 1) h
                    """,
                    [
                        .ints(moments.map(\.view)), .byteArrays(moments.map(\.moment.key.bytes)),
                        .ints(moments.map(\.moment.event.microseconds)),
                    ], take: addKnown))
        }
        if !writings.isEmpty {
            statements.append(
                PostgresStatement(
                    """
                    SELECT h.event_time, h.created_time, h.sequence, h.deleted, h.vals, h.view_id, h.entity_key
                    FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[])
                        AS r (view_id, entity_key, event_time, created_time)
                    JOIN feature_history h USING (view_id, entity_key, event_time, created_time)
                    """,
                    [
                        .ints(writings.map(\.view)), .byteArrays(writings.map(\.writing.moment.key.bytes)),
                        .ints(writings.map(\.writing.moment.event.microseconds)),
                        .ints(writings.map(\.writing.created.microseconds)),
                    ], take: addKnown))
        }
        return statements
    }

    private func addKnown(_ rows: borrowing PostgresSession.Rows) {
        for row in 0..<rows.count {
            known[rows.int(row, 5), default: KnownRows()].add(
                HistoryRow(
                    order: PostgresFeatureStorage.order(rows, row, from: 0), isDeleted: rows.bool(row, 3),
                    cells: PackedRow(stored: rows.bytes(row, 4))), of: EntityKey(bytes: rows.bytes(row, 6)))
        }
    }

    private func newestEvents(
        _ places: [Place], _ take: @escaping (Place, Timestamp) -> Void
    ) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT r.number, h.event_time
            FROM unnest($1::bigint[], $2::bytea[]) WITH ORDINALITY AS r (view_id, entity_key, number)
            CROSS JOIN LATERAL (
                SELECT event_time FROM feature_history WHERE view_id = r.view_id AND entity_key = r.entity_key
                ORDER BY event_time DESC LIMIT 1) h
            """,
            [.ints(places.map(\.view)), .byteArrays(places.map(\.key.bytes))]
        ) { rows in
            for row in 0..<rows.count {
                take(places[Int(rows.int(row, 0)) - 1], Timestamp(microseconds: rows.int(row, 1)))
            }
        }
    }

    private func latestRows(_ places: [Place]) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT r.number, l.event_time, l.created_time, l.sequence, l.vals, l.times, l.source
            FROM unnest($1::bigint[], $2::bytea[]) WITH ORDINALITY AS r (view_id, entity_key, number)
            CROSS JOIN LATERAL (
                SELECT * FROM feature_latest WHERE view_id = r.view_id AND entity_key = r.entity_key LIMIT 1) l
            """,
            [.ints(places.map(\.view)), .byteArrays(places.map(\.key.bytes))]
        ) { rows in
            for row in 0..<rows.count {
                self.latest[places[Int(rows.int(row, 0)) - 1]] = LatestRow(
                    order: PostgresFeatureStorage.order(rows, row, from: 1),
                    cells: PackedRow(stored: rows.bytes(row, 4)), times: rows.bytes(row, 5), source: rows.text(row, 6))
            }
        }
    }

    // MARK: - Deciding

    private func outcome(of group: WriteGroup) throws -> WriteOutcome {
        if let key = group.key, let answer = answers[key.name] {
            try key.check(stored: answer.digest)
            var outcome = answer.outcome
            outcome.isRepeated = true
            return outcome
        }
        var outcome = WriteOutcome()
        for batch in group.batches { append(batch, &outcome) }
        if let key = group.key {
            answers[key.name] = (key.digest, outcome)
            newAnswers.append((key, outcome))
        }
        return outcome
    }

    private func append(_ batch: WriteBatch, _ outcome: inout WriteOutcome) {
        var rows: [EntityKey: [HistoryRow]] = [:]
        for row in batch.rows {
            guard known[batch.view.id]?.holds(row) != true else {
                outcome.replayed += 1
                continue
            }
            sequence += 1
            let stored = HistoryRow(
                order: RowOrder(event: row.event, created: row.created ?? created, sequence: sequence),
                isDeleted: row.isDeleted, cells: row.cells, source: batch.source)
            known[batch.view.id, default: KnownRows()].add(stored, of: row.key)
            history.append((Place(view: batch.view.id, key: row.key), stored))
            rows[row.key, default: []].append(stored)
            outcome.written += 1
        }
        guard batch.target == .historyAndLatest else { return }
        for (key, rows) in rows {
            let place = Place(view: batch.view.id, key: key)
            let after = LatestRow.folding(latest[place], rows, of: batch.view)
            guard let after, after != latest[place] else { continue }
            latest[place] = after
            changed.insert(place)
        }
    }

    // MARK: - Writing

    private func write(_ session: borrowing PostgresSession, before last: [PostgresStatement]) throws {
        var statements: [PostgresStatement] = []
        if history.count >= Self.bulk {
            try copyHistory(session)
        } else if !history.isEmpty {
            statements.append(insertHistory)
        }
        if !changed.isEmpty { statements.append(replaceLatest) }
        if !history.isEmpty {
            statements.append(
                PostgresStatement(
                    """
                    UPDATE counter SET value = CASE name WHEN 'sequence' THEN $1::bigint ELSE $2::bigint END
                    WHERE name IN ('sequence', 'created')
                    """, [.int(sequence), .int(created.microseconds)]))
        }
        if !newAnswers.isEmpty { statements += rememberAnswers }
        statements += last
        if !statements.isEmpty { try session.pipeline(statements) }
    }

    private var insertHistory: PostgresStatement {
        PostgresStatement(
            """
            INSERT INTO feature_history
                (view_id, entity_key, event_time, created_time, sequence, deleted, vals, source)
            SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::boolean[],
                $7::bytea[], $8::text[])
            """,
            [
                .ints(history.map(\.place.view)), .byteArrays(history.map(\.place.key.bytes)),
                .ints(history.map(\.row.order.event.microseconds)),
                .ints(history.map(\.row.order.created.microseconds)), .ints(history.map(\.row.order.sequence)),
                .bools(history.map(\.row.isDeleted)), .byteArrays(history.map(\.row.cells.bytes)),
                .texts(history.map(\.row.source)),
            ])
    }

    private func copyHistory(_ session: borrowing PostgresSession) throws {
        var rows = PostgresCopy()
        for (place, row) in history {
            rows.row(8)
            rows.field(place.view)
            rows.field(place.key.bytes)
            rows.field(row.order.event.microseconds)
            rows.field(row.order.created.microseconds)
            rows.field(row.order.sequence)
            rows.field(row.isDeleted)
            rows.field(row.cells.bytes)
            rows.field(row.source.utf8)
        }
        rows.end()
        // No conflict is possible: each row has a number of its own.
        try session.copy(
            "feature_history (view_id, entity_key, event_time, created_time, sequence, deleted, vals, source)", rows)
    }

    private var replaceLatest: PostgresStatement {
        let rows = changed.compactMap { place in latest[place].map { (place: place, row: $0) } }
        return PostgresStatement(
            """
            INSERT INTO feature_latest (view_id, entity_key, event_time, created_time, sequence, vals, times, source)
            SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bytea[],
                $7::bytea[], $8::text[])
            ON CONFLICT (view_id, entity_key) DO UPDATE SET
                event_time = excluded.event_time, created_time = excluded.created_time,
                sequence = excluded.sequence, vals = excluded.vals, times = excluded.times, source = excluded.source
            """,
            [
                .ints(rows.map(\.place.view)), .byteArrays(rows.map(\.place.key.bytes)),
                .ints(rows.map(\.row.order.event.microseconds)), .ints(rows.map(\.row.order.created.microseconds)),
                .ints(rows.map(\.row.order.sequence)), .byteArrays(rows.map(\.row.cells.bytes)),
                .optionalByteArrays(rows.map { $0.row.times.isEmpty ? nil : $0.row.times }),
                .texts(rows.map(\.row.source)),
            ])
    }

    private var rememberAnswers: [PostgresStatement] {
        [
            PostgresStatement(
                "DELETE FROM idempotency_key WHERE created_at < $1",
                [.int((now + (.zero - IdempotencyKey.retention)).microseconds)]),
            PostgresStatement(
                """
                INSERT INTO idempotency_key (name, digest, written, replayed, created_at)
                SELECT *, $5::bigint FROM unnest($1::text[], $2::bytea[], $3::bigint[], $4::bigint[])
                """,
                [
                    .texts(newAnswers.map(\.key.name)), .byteArrays(newAnswers.map(\.key.digest)),
                    .ints(newAnswers.map { Int64($0.outcome.written) }),
                    .ints(newAnswers.map { Int64($0.outcome.replayed) }), .int(now.microseconds),
                ]),
        ]
    }
}
