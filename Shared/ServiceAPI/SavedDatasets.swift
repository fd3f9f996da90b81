/// A dataset that is kept under a name: entity rows joined with what held at their times.
package struct SavedDataset: Codable, Sendable, Equatable {
    package enum Status: String, Codable, Sendable { case building, ready, failed }

    package struct Column: Codable, Sendable, Equatable {
        package var name: String
        /// Where it came from, `view@v1:feature`; absent for the caller's own columns and for statuses and times.
        package var feature: String?
        package var type: FeatureType?

        package init(name: String, feature: String? = nil, type: FeatureType? = nil) {
            self.name = name
            self.feature = feature
            self.type = type
        }
    }

    package struct Failure: Codable, Sendable, Equatable {
        package var code: String
        package var message: String

        package init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    /// Rows of an entity that were taken out because it was erased.
    package struct Erasure: Codable, Sendable, Equatable {
        package var erasedAt: String
        /// SHA-256 of the entity's key.
        package var keyDigest: String
        package var rows: Int
        /// SHA-256 of the bytes that are gone.
        package var previousDigest: String
        package var reason: String
        package var actor: String

        package enum CodingKeys: String, CodingKey {
            case rows, reason, actor
            case erasedAt = "erased_at"
            case keyDigest = "key_digest"
            case previousDigest = "previous_digest"
        }

        package init(
            erasedAt: String, keyDigest: String, rows: Int, previousDigest: String, reason: String, actor: String
        ) {
            self.erasedAt = erasedAt
            self.keyDigest = keyDigest
            self.rows = rows
            self.previousDigest = previousDigest
            self.reason = reason
            self.actor = actor
        }
    }

    package var name: String
    package var status: Status
    /// `csv` or `jsonl`.
    package var format: String
    package var rows: Int
    /// Rows that are joined so far.
    package var rowsDone: Int
    package var columns: [Column]
    /// Join keys and the time column, which name a row.
    package var keyColumns: [String]
    /// RFC 3339; rows that the store learnt later did not count.
    package var knownAt: String?
    /// The last row of the store that counted.
    package var sequence: Int64
    /// SHA-256 of the entity rows that were sent.
    package var entityRowsDigest: String
    /// SHA-256 of the dataset's bytes.
    package var digest: String?
    /// In bytes.
    package var size: Int?
    /// Documents whose features are in it.
    package var documents: Int
    package var createdAt: String
    package var finishedAt: String?
    package var error: Failure?
    /// What it lost since it was saved; absent where nothing.
    package var erasures: [Erasure]?

    package enum CodingKeys: String, CodingKey {
        case name, status, format, rows, columns, sequence, digest, size, documents, error, erasures
        case rowsDone = "rows_done"
        case keyColumns = "key_columns"
        case knownAt = "known_at"
        case entityRowsDigest = "entity_rows_digest"
        case createdAt = "created_at"
        case finishedAt = "finished_at"
    }

    package init(
        name: String, format: String, rows: Int, columns: [Column], keyColumns: [String], knownAt: String?,
        sequence: Int64, entityRowsDigest: String, createdAt: String
    ) {
        self.name = name
        status = .building
        self.format = format
        self.rows = rows
        rowsDone = 0
        self.columns = columns
        self.keyColumns = keyColumns
        self.knownAt = knownAt
        self.sequence = sequence
        self.entityRowsDigest = entityRowsDigest
        documents = 0
        self.createdAt = createdAt
    }
}

/// Answer of `GET /v1/datasets`, by name.
package struct SavedDatasetList: Codable, Sendable, Equatable {
    package var datasets: [SavedDataset]
    /// For `after`, where there are more.
    package var next: String?

    package init(datasets: [SavedDataset], next: String? = nil) {
        self.datasets = datasets
        self.next = next
    }
}

/// Answer of `GET /v1/datasets/{name}/lineage`: what a dataset was made of.
package struct DatasetLineage: Codable, Sendable, Equatable {
    package struct Document: Codable, Sendable, Equatable {
        /// SHA-256 of the document's bytes.
        package var id: String
        /// Absent once the document is deleted.
        package var name: String?
        package var mediaType: String?
        package var size: Int?

        package enum CodingKeys: String, CodingKey {
            case id, name, size
            case mediaType = "media_type"
        }

        package init(id: String, name: String? = nil, mediaType: String? = nil, size: Int? = nil) {
            self.id = id
            self.name = name
            self.mediaType = mediaType
            self.size = size
        }
    }

    package var dataset: SavedDataset
    /// By id.
    package var documents: [Document]
    /// For `after`, where there are more.
    package var next: String?

    package init(dataset: SavedDataset, documents: [Document], next: String? = nil) {
        self.dataset = dataset
        self.documents = documents
        self.next = next
    }
}

/// Answer of `GET /v1/datasets/{name}/diff`: what another dataset has otherwise.
package struct DatasetDifference: Codable, Sendable, Equatable {
    package struct Columns: Codable, Sendable, Equatable {
        package var added: [String]
        package var removed: [String]
        /// `rate: float64 → string`.
        package var changed: [String]

        package init(added: [String] = [], removed: [String] = [], changed: [String] = []) {
            self.added = added
            self.removed = removed
            self.changed = changed
        }
    }

    package struct Rows: Codable, Sendable, Equatable {
        package var added: Int
        package var removed: Int
        package var changed: Int
        package var unchanged: Int

        package init(added: Int = 0, removed: Int = 0, changed: Int = 0, unchanged: Int = 0) {
            self.added = added
            self.removed = removed
            self.changed = changed
            self.unchanged = unchanged
        }
    }

    package struct Sample: Codable, Sendable, Equatable {
        package enum Kind: String, Codable, Sendable { case added, removed, changed }

        package var kind: Kind
        /// Cells of the key columns, then of those that differ; null for what is not there.
        package var key: [String: String?]
        package var before: [String: String?]
        package var after: [String: String?]

        package init(kind: Kind, key: [String: String?], before: [String: String?], after: [String: String?]) {
            self.kind = kind
            self.key = key
            self.before = before
            self.after = after
        }
    }

    package var from: String
    package var to: String
    /// Whether both have the same bytes.
    package var identical: Bool
    package var columns: Columns
    /// Told apart by the key columns; of several with one key the first is compared with the first, and so on.
    package var rows: Rows
    package var samples: [Sample]

    package init(from: String, to: String, identical: Bool) {
        self.from = from
        self.to = to
        self.identical = identical
        columns = Columns()
        rows = Rows()
        samples = []
    }
}
