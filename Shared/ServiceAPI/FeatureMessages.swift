/// Answer of `POST /v1/features/rows`.
package struct WriteAnswer: Codable, Sendable, Equatable {
    /// Rows that were new.
    package var written: Int
    /// Rows that the store had already, as after a request that was sent again.
    package var replayed: Int

    package init(written: Int, replayed: Int) {
        self.written = written
        self.replayed = replayed
    }
}

/// Answer of `POST /v1/features/erase`.
package struct EraseAnswer: Codable, Sendable, Equatable {
    /// Rows of history that are gone.
    package var rows: Int
    /// Where they were looked for, `name@v1`.
    package var views: [String]
    /// Saved datasets that held rows of the entity and are without them now.
    package var datasets: [String]

    package init(rows: Int, views: [String], datasets: [String] = []) {
        self.rows = rows
        self.views = views
        self.datasets = datasets
    }
}

/// Answer of `GET /v1/features/erasures`, newest first.
package struct ErasureList: Codable, Sendable, Equatable {
    package struct Erasure: Codable, Sendable, Equatable {
        /// RFC 3339, UTC.
        package var erasedAt: String
        /// SHA-256 of the entity's key: the note does not name whom it is about.
        package var keyDigest: String
        package var views: [String]
        package var rows: Int
        package var reason: String
        package var actor: String

        package enum CodingKeys: String, CodingKey {
            case views, rows, reason, actor
            case erasedAt = "erased_at"
            case keyDigest = "key_digest"
        }

        package init(
            erasedAt: String, keyDigest: String, views: [String], rows: Int, reason: String, actor: String
        ) {
            self.erasedAt = erasedAt
            self.keyDigest = keyDigest
            self.views = views
            self.rows = rows
            self.reason = reason
            self.actor = actor
        }
    }

    package var erasures: [Erasure]

    package init(erasures: [Erasure]) { self.erasures = erasures }
}
