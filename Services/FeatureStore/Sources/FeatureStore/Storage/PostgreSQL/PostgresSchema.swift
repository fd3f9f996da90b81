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
        CREATE TABLE feature_history (
            view_id BIGINT NOT NULL, entity_key BYTEA NOT NULL, event_time BIGINT NOT NULL,
            created_time BIGINT NOT NULL, sequence BIGINT NOT NULL, deleted BOOLEAN NOT NULL, vals BYTEA NOT NULL,
            source TEXT NOT NULL, PRIMARY KEY (view_id, entity_key, event_time, created_time, sequence));
        -- Room in each page for the next version of a row, and no second index: updates stay in the page.
        CREATE TABLE feature_latest (
            view_id BIGINT NOT NULL, entity_key BYTEA NOT NULL, event_time BIGINT NOT NULL,
            created_time BIGINT NOT NULL, sequence BIGINT NOT NULL, vals BYTEA NOT NULL, times BYTEA,
            source TEXT NOT NULL, PRIMARY KEY (view_id, entity_key)) WITH (fillfactor = 80);
        CREATE TABLE feature_erasure (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, erased_at BIGINT NOT NULL, key_digest TEXT NOT NULL,
            views TEXT NOT NULL, row_count BIGINT NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL);
        """
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
