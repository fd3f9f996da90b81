package import GRDB

/// The tables of the embedded store.
///
/// Every unique key of rows holds the entity's key (a document's id, or a view with its entity key) and no foreign key
/// leaves it, so that the same tables can be distributed by entity. Times are microseconds since 1970 in UTC.
package enum Schema {
    package static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 documents, jobs, features") { db in
            try db.execute(sql: documents)
            try db.execute(sql: jobs)
            try db.execute(sql: results)
            try db.execute(sql: features)
        }
        migrator.registerMigration("2 feature registry and packed rows") { db in
            try db.execute(sql: registry)
            try FeatureRowMigration.run(db)
        }
        migrator.registerMigration("3 saved datasets") { try $0.execute(sql: savedDatasets) }
        migrator.registerMigration("4 quarantine") { try $0.execute(sql: quarantine) }
        migrator.registerMigration("5 priorities, dead letters, idempotency keys") { db in
            try db.execute(sql: priorities)
            try db.execute(sql: idempotencyKeys)
        }
        migrator.registerMigration("6 who builds a dataset") { db in
            try db.execute(
                sql: """
                    ALTER TABLE saved_dataset ADD COLUMN rows_done INTEGER NOT NULL DEFAULT 0;
                    ALTER TABLE saved_dataset ADD COLUMN claimed_until INTEGER;
                    """)
        }
        return migrator
    }

    private static let documents = """
        CREATE TABLE document (
            id TEXT NOT NULL PRIMARY KEY,       -- SHA-256 of the bytes, lower-case hex
            name TEXT NOT NULL,
            media_type TEXT NOT NULL,
            size INTEGER NOT NULL,
            metadata TEXT NOT NULL,             -- JSON object of strings
            status TEXT NOT NULL,
            type TEXT,
            excerpt TEXT,
            error_code TEXT,
            error_message TEXT,
            created_at INTEGER NOT NULL,
            finished_at INTEGER
        ) STRICT;
        CREATE INDEX document_by_time ON document (created_at DESC, id DESC);
        CREATE INDEX document_by_status ON document (status, created_at DESC, id DESC);
        CREATE INDEX document_by_type ON document (type, created_at DESC, id DESC);
        -- Files whose rows are gone; a crash may come before their removal.
        CREATE TABLE abandoned_file (path TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
        """

    private static let jobs = """
        CREATE TABLE job (
            document_id TEXT NOT NULL,
            view TEXT NOT NULL,
            view_version INTEGER NOT NULL,
            queued_at INTEGER NOT NULL,
            not_before INTEGER NOT NULL,
            lease_owner TEXT,
            lease_until INTEGER,
            done INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (document_id, view)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX job_open ON job (not_before, queued_at) WHERE done = 0;
        CREATE TABLE step (
            document_id TEXT NOT NULL,
            view TEXT NOT NULL,
            name TEXT NOT NULL,
            version INTEGER NOT NULL,           -- of the step's code
            status TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            not_before INTEGER,
            started_at INTEGER,
            finished_at INTEGER,
            versions TEXT NOT NULL DEFAULT '{}',
            error_class TEXT,
            error_code TEXT,
            error_message TEXT,
            PRIMARY KEY (document_id, view, name)
        ) STRICT, WITHOUT ROWID;
        """

    private static let results = """
        CREATE TABLE step_result (
            document_id TEXT NOT NULL,
            view TEXT NOT NULL,
            name TEXT NOT NULL,
            body BLOB NOT NULL,                 -- JSON
            PRIMARY KEY (document_id, view, name)
        ) STRICT;
        CREATE TABLE rendition (
            document_id TEXT NOT NULL,
            kind TEXT NOT NULL,                 -- pdf, preview
            digest TEXT NOT NULL,
            media_type TEXT NOT NULL,
            size INTEGER NOT NULL,
            PRIMARY KEY (document_id, kind)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX rendition_by_digest ON rendition (digest);
        CREATE TABLE passage (
            document_id TEXT NOT NULL,
            ordinal INTEGER NOT NULL,           -- -1 is the whole document: the mean of its passages
            sequence INTEGER NOT NULL,
            page INTEGER,
            text TEXT NOT NULL,
            vector BLOB NOT NULL,               -- float32, little-endian, normalised
            PRIMARY KEY (document_id, ordinal)
        ) STRICT;
        CREATE INDEX passage_by_sequence ON passage (sequence);
        """

    private static let quarantine = """
        CREATE TABLE quarantined_row (
            id INTEGER NOT NULL PRIMARY KEY,
            view_name TEXT NOT NULL,
            view_id INTEGER NOT NULL,
            entity_key BLOB NOT NULL,
            event_time INTEGER NOT NULL,
            created_time INTEGER,
            vals BLOB NOT NULL,                 -- PackedRow
            target INTEGER NOT NULL,            -- 1 for the history only
            source TEXT NOT NULL,
            received_at INTEGER NOT NULL,
            feature TEXT NOT NULL,
            expectation TEXT NOT NULL,
            message TEXT NOT NULL
        ) STRICT;
        CREATE INDEX quarantined_row_by_view ON quarantined_row (view_name, id);
        """

    private static let savedDatasets = """
        CREATE TABLE saved_dataset (
            name TEXT NOT NULL PRIMARY KEY,
            status TEXT NOT NULL,               -- building, ready, failed
            rows_digest TEXT,                   -- the file, once it is ready
            entity_digest TEXT,                 -- the entity rows, while it is building
            record TEXT NOT NULL,               -- JSON
            request TEXT NOT NULL,              -- JSON
            created_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE saved_dataset_document (
            dataset TEXT NOT NULL,
            document_id TEXT NOT NULL,
            PRIMARY KEY (dataset, document_id)
        ) STRICT, WITHOUT ROWID;
        """

    private static let features = """
        CREATE TABLE feature_view (
            name TEXT NOT NULL,
            version INTEGER NOT NULL,
            definition TEXT NOT NULL,           -- JSON
            created_at INTEGER NOT NULL,
            PRIMARY KEY (name, version)
        ) STRICT, WITHOUT ROWID;
        -- Append-only and bitemporal: when a value held, when the store learnt it.
        CREATE TABLE feature_history (
            view TEXT NOT NULL,
            entity_key BLOB NOT NULL,
            event_time INTEGER NOT NULL,
            created_time INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            view_version INTEGER NOT NULL,
            source TEXT NOT NULL,
            vals TEXT NOT NULL,                 -- JSON object
            row_hash BLOB NOT NULL,
            PRIMARY KEY (view, entity_key, event_time, created_time, sequence)
        ) STRICT, WITHOUT ROWID;
        -- The same row written again is no row.
        CREATE UNIQUE INDEX feature_history_replay
            ON feature_history (view, entity_key, event_time, created_time, row_hash);
        CREATE TABLE feature_latest (
            view TEXT NOT NULL,
            entity_key BLOB NOT NULL,
            event_time INTEGER NOT NULL,
            created_time INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            view_version INTEGER NOT NULL,
            source TEXT NOT NULL,
            vals TEXT NOT NULL,
            PRIMARY KEY (view, entity_key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """

    private static let priorities = """
        ALTER TABLE job ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
        DROP INDEX job_open;
        CREATE INDEX job_open ON job (priority DESC, not_before, queued_at) WHERE done = 0;
        CREATE INDEX step_failed ON step (finished_at, document_id, name) WHERE status = 'failed';
        """

    private static let idempotencyKeys = """
        CREATE TABLE idempotency_key (
            name TEXT NOT NULL PRIMARY KEY,
            digest BLOB NOT NULL,               -- SHA-256 of the request
            written INTEGER NOT NULL,
            replayed INTEGER NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idempotency_key_by_time ON idempotency_key (created_at);
        """

    private static let registry = """
        CREATE TABLE registry_object (
            kind TEXT NOT NULL,                 -- entity, feature_service, push_source
            name TEXT NOT NULL,
            definition TEXT NOT NULL,           -- JSON
            PRIMARY KEY (kind, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE registry_view (
            id INTEGER NOT NULL PRIMARY KEY,    -- names the version's rows
            name TEXT NOT NULL,
            version INTEGER NOT NULL,
            definition TEXT NOT NULL,           -- JSON
            join_keys TEXT NOT NULL,            -- JSON
            columns TEXT NOT NULL,              -- JSON; all that ever were, by ordinal
            created_at INTEGER NOT NULL,
            removed INTEGER NOT NULL DEFAULT 0,
            UNIQUE (name, version)
        ) STRICT;
        ALTER TABLE feature_history RENAME TO feature_history_1;
        ALTER TABLE feature_latest RENAME TO feature_latest_1;
        -- Append-only and bitemporal: when a value held, when the store learnt it.
        CREATE TABLE feature_history (
            view_id INTEGER NOT NULL,
            entity_key BLOB NOT NULL,
            event_time INTEGER NOT NULL,
            created_time INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            deleted INTEGER NOT NULL,           -- a tombstone
            vals BLOB NOT NULL,                 -- PackedRow
            source TEXT NOT NULL,
            PRIMARY KEY (view_id, entity_key, event_time, created_time, sequence)
        ) STRICT, WITHOUT ROWID;
        -- What holds for each entity after all of its history.
        CREATE TABLE feature_latest (
            view_id INTEGER NOT NULL,
            entity_key BLOB NOT NULL,
            event_time INTEGER NOT NULL,
            created_time INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            vals BLOB NOT NULL,                 -- PackedRow
            times BLOB,                         -- LatestRow's, where cells were not all written by one row
            source TEXT NOT NULL,
            PRIMARY KEY (view_id, entity_key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE feature_erasure (
            erased_at INTEGER NOT NULL,
            key_digest TEXT NOT NULL,
            views TEXT NOT NULL,                -- JSON array of registry_view.id
            row_count INTEGER NOT NULL,
            reason TEXT NOT NULL,
            actor TEXT NOT NULL
        ) STRICT;
        """
}
