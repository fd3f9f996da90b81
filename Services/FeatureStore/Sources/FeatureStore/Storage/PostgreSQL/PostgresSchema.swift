/// The tables in PostgreSQL; the same as the embedded engine's, so that one reads like the other.
///
/// Every unique key holds `entity_key`, by which Citus and YugabyteDB distribute; the registry's tables are reference
/// tables there. Times are microseconds since 1970.
enum PostgresSchema {
    /// Any two replicas that start at once: the second waits for the first.
    private static let lock: Int64 = 0x7175_696E_696F_6E31

    private static let migrations = [
        """
        CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
        INSERT INTO counter (name, value) VALUES ('registry', 0), ('sequence', 0), ('created', 0);
        CREATE TABLE registry_object (
            kind TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL, PRIMARY KEY (kind, name));
        CREATE TABLE registry_view (
            id BIGINT PRIMARY KEY, name TEXT NOT NULL, version BIGINT NOT NULL, definition TEXT NOT NULL,
            join_keys TEXT NOT NULL, columns TEXT NOT NULL, created_at BIGINT NOT NULL,
            removed BOOLEAN NOT NULL DEFAULT false, UNIQUE (name, version));
        -- These two may be there already, partitioned or distributed: see deploy/postgresql.
        CREATE TABLE IF NOT EXISTS feature_history (
            view_id BIGINT NOT NULL, entity_key BYTEA NOT NULL, event_time BIGINT NOT NULL,
            created_time BIGINT NOT NULL, sequence BIGINT NOT NULL, deleted BOOLEAN NOT NULL, vals BYTEA NOT NULL,
            source TEXT NOT NULL, PRIMARY KEY (view_id, entity_key, event_time, created_time, sequence));
        -- Room in each page for the next version of a row, and no second index: updates stay in the page.
        CREATE TABLE IF NOT EXISTS feature_latest (
            view_id BIGINT NOT NULL, entity_key BYTEA NOT NULL, event_time BIGINT NOT NULL,
            created_time BIGINT NOT NULL, sequence BIGINT NOT NULL, vals BYTEA NOT NULL, times BYTEA,
            source TEXT NOT NULL, PRIMARY KEY (view_id, entity_key)) WITH (fillfactor = 80);
        CREATE TABLE feature_erasure (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, erased_at BIGINT NOT NULL, key_digest TEXT NOT NULL,
            views TEXT NOT NULL, row_count BIGINT NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL);
        """,
        // Documents and their jobs, as in `Schema`; ids in the order of their bytes, whatever the database's language.
        """
        CREATE TABLE document (
            id TEXT COLLATE "C" NOT NULL PRIMARY KEY, name TEXT NOT NULL, media_type TEXT NOT NULL,
            size BIGINT NOT NULL, metadata TEXT NOT NULL, status TEXT NOT NULL, type TEXT, excerpt TEXT,
            error_code TEXT, error_message TEXT, created_at BIGINT NOT NULL, finished_at BIGINT);
        CREATE INDEX document_by_time ON document (created_at DESC, id DESC);
        CREATE INDEX document_by_status ON document (status, created_at DESC, id DESC);
        CREATE INDEX document_by_type ON document (type, created_at DESC, id DESC);
        CREATE TABLE abandoned_file (path TEXT NOT NULL PRIMARY KEY);
        CREATE TABLE job (
            document_id TEXT COLLATE "C" NOT NULL, view TEXT NOT NULL, view_version BIGINT NOT NULL,
            priority BIGINT NOT NULL, queued_at BIGINT NOT NULL, not_before BIGINT NOT NULL, lease_owner TEXT,
            lease_until BIGINT, done BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (document_id, view));
        CREATE INDEX job_open ON job (priority DESC, not_before, queued_at) WHERE done = 0;
        CREATE TABLE step (
            document_id TEXT COLLATE "C" NOT NULL, view TEXT NOT NULL, name TEXT NOT NULL, version BIGINT NOT NULL,
            status TEXT NOT NULL, attempts BIGINT NOT NULL, not_before BIGINT, started_at BIGINT, finished_at BIGINT,
            versions TEXT NOT NULL DEFAULT '{}', error_class TEXT, error_code TEXT, error_message TEXT,
            PRIMARY KEY (document_id, view, name));
        CREATE INDEX step_failed ON step (finished_at, document_id, name) WHERE status = 'failed';
        CREATE TABLE step_result (
            document_id TEXT COLLATE "C" NOT NULL, view TEXT NOT NULL, name TEXT NOT NULL, body BYTEA NOT NULL,
            PRIMARY KEY (document_id, view, name));
        CREATE TABLE rendition (
            document_id TEXT COLLATE "C" NOT NULL, kind TEXT NOT NULL, digest TEXT NOT NULL,
            media_type TEXT NOT NULL, size BIGINT NOT NULL, PRIMARY KEY (document_id, kind));
        CREATE INDEX rendition_by_digest ON rendition (digest);
        CREATE TABLE passage (
            document_id TEXT COLLATE "C" NOT NULL, ordinal BIGINT NOT NULL, sequence BIGINT NOT NULL, page BIGINT,
            text TEXT NOT NULL, vector BYTEA NOT NULL, PRIMARY KEY (document_id, ordinal));
        CREATE INDEX passage_by_sequence ON passage (sequence);
        CREATE TABLE idempotency_key (
            name TEXT NOT NULL PRIMARY KEY, digest BYTEA NOT NULL, written BIGINT NOT NULL, replayed BIGINT NOT NULL,
            created_at BIGINT NOT NULL);
        CREATE INDEX idempotency_key_by_time ON idempotency_key (created_at);
        """,
        // Saved datasets and the quarantine, as in `Schema`.
        """
        CREATE TABLE saved_dataset (
            name TEXT COLLATE "C" NOT NULL PRIMARY KEY, status TEXT NOT NULL, rows_digest TEXT, entity_digest TEXT,
            record TEXT NOT NULL, request TEXT NOT NULL, created_at TEXT COLLATE "C" NOT NULL,
            rows_done BIGINT NOT NULL DEFAULT 0, claimed_until BIGINT);
        CREATE TABLE saved_dataset_document (
            dataset TEXT COLLATE "C" NOT NULL, document_id TEXT COLLATE "C" NOT NULL,
            PRIMARY KEY (dataset, document_id));
        CREATE TABLE quarantined_row (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, view_name TEXT NOT NULL, view_id BIGINT NOT NULL,
            entity_key BYTEA NOT NULL, event_time BIGINT NOT NULL, created_time BIGINT, vals BYTEA NOT NULL,
            target BIGINT NOT NULL, source TEXT NOT NULL, received_at BIGINT NOT NULL, feature TEXT NOT NULL,
            expectation TEXT NOT NULL, message TEXT NOT NULL);
        CREATE INDEX quarantined_row_by_view ON quarantined_row (view_name, id);
        """,
    ]

    static func migrate(_ session: borrowing PostgresSession) throws {
        try session.transaction { session in
            try session.query("SELECT pg_advisory_xact_lock($1)", [.int(lock)])
            try session.script("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)")
            let rows = try session.query("SELECT coalesce(max(version), 0) FROM schema_version")
            let done = Int(rows.int(0, 0))
            guard done <= migrations.count else {
                throw FeatureStoreError(.storageFailed, "the database's tables are of a newer version (\(done))")
            }
            for (index, sql) in migrations.enumerated().dropFirst(done) {
                try session.script(sql)
                try session.query("INSERT INTO schema_version (version) VALUES ($1)", [.int(Int64(index + 1))])
            }
        }
    }
}
