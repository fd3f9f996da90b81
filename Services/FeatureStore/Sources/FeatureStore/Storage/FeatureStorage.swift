import Crypto

/// An engine that keeps the registry, the history and the latest rows.
///
/// All engines answer alike; one suite of tests runs on each.
package protocol FeatureStorage: Sendable {
    func registry() async throws -> RegistrySnapshot

    /// The generation of the registry, which grows with each change.
    func registryGeneration() async throws -> Int64

    /// Reads the registry, makes a plan of it and carries that out, all in one transaction that no other change of the
    /// registry comes between.
    func changeRegistry(
        at now: Timestamp, _ plan: @escaping @Sendable (RegistrySnapshot) throws -> RegistryPlan
    ) async throws -> RegistryPlan

    /// Writes all of what several callers ask for, or nothing; when it returns everything is durable.
    /// - Returns: what became of each caller's batches.
    /// - Throws: `idempotency_key_reused`; whatever fails for one, fails for all.
    func write(_ groups: [WriteGroup], at now: Timestamp) async throws -> [WriteOutcome]

    /// Reads latest rows of one snapshot.
    /// - Throws: `answer_too_large` past ``OnlineLimits/bytes``.
    func latest(_ reads: [LatestRead]) async throws -> [StoredRows]

    /// Latest rows in the order of their keys, after a key; fewer than `limit` where they are large, none at the end.
    func scanLatest(view: Int64, after key: EntityKey?, limit: Int) async throws -> (
        keys: [EntityKey], rows: StoredRows
    )

    /// The number of the last row that was written.
    func lastSequence() async throws -> Int64

    /// For each view the greatest event time of its latest rows; it reads all of them.
    func newestEvents() async throws -> [Int64: Timestamp]

    /// What held at each entity's time, in the order of the reads.
    /// - Throws: `answer_too_large` past the read's bound.
    func pointInTime(_ read: PointInTimeRead) async throws -> StoredRows

    /// Removes an entity's rows for good, in all versions of all views given, and notes that it did.
    /// - Returns: how many rows there were.
    func erase(_ erasure: Erasure, at now: Timestamp) async throws -> Int

    /// The notes of erasures, newest first.
    func erasures(limit: Int) async throws -> [ErasureRecord]
}

extension FeatureStorage {
    /// Writes all batches or none.
    package func write(_ batches: [WriteBatch], at now: Timestamp) async throws -> WriteOutcome {
        try await write([WriteGroup(batches: batches)], at: now)[0]
    }
}

/// Rows of one view that are written together.
package struct WriteBatch: Sendable {
    package enum Target: Sendable {
        case historyAndLatest
        /// Not seen online.
        case historyOnly
    }

    package var view: ViewVersion
    package var rows: [PendingRow]
    package var target: Target
    /// What writes, for lineage.
    package var source: String

    package init(view: ViewVersion, rows: [PendingRow], target: Target = .historyAndLatest, source: String = "") {
        self.view = view
        self.rows = rows
        self.target = target
        self.source = source
    }
}

/// What one caller writes, all or nothing.
package struct WriteGroup: Sendable {
    package var batches: [WriteBatch]
    /// Where given, what was written under it before is not written again.
    package var key: IdempotencyKey?

    package init(batches: [WriteBatch], key: IdempotencyKey? = nil) {
        self.batches = batches
        self.key = key
    }
}

/// What became of a write.
package struct WriteOutcome: Sendable, Equatable {
    /// Rows that were new.
    package var written = 0
    /// Rows that were there already.
    package var replayed = 0
    /// Whether this is what was answered to an earlier request of the same key.
    package var isRepeated = false

    package init(written: Int = 0, replayed: Int = 0) {
        self.written = written
        self.replayed = replayed
    }
}

/// Entities whose latest rows are wanted; no key twice.
package struct LatestRead: Sendable {
    package var view: Int64
    package var keys: [EntityKey]

    package init(view: Int64, keys: [EntityKey]) {
        self.view = view
        self.keys = keys
    }
}

/// Entities and the times at which their values are wanted; where they are ordered by entity and time, neighbours are read
/// together.
package struct PointInTimeRead: Sendable {
    package var view: Int64
    /// The columns that matter, ascending; reading stops when all are found.
    package var ordinals: [Int]
    package var keys: EntityKeys
    /// One for each key.
    package var times: [Timestamp]
    /// Rows that the store learnt later do not count.
    package var knownAt: Timestamp?
    /// Rows that were written after this one do not count, so that several reads see one state of the store.
    package var upTo: Int64
    /// Bytes of rows that are answered.
    var mostBytes = OnlineLimits.bytes

    package init(
        view: Int64, ordinals: [Int], keys: EntityKeys, times: [Timestamp], knownAt: Timestamp? = nil,
        upTo: Int64 = .max
    ) {
        self.upTo = upTo
        self.view = view
        self.ordinals = ordinals.sorted()
        self.keys = keys
        self.times = times
        self.knownAt = knownAt
    }

    package init(
        view: Int64, ordinals: [Int], keys: [EntityKey], times: [Timestamp], knownAt: Timestamp? = nil,
        upTo: Int64 = .max
    ) {
        self.init(
            view: view, ordinals: ordinals, keys: EntityKeys(keys), times: times, knownAt: knownAt, upTo: upTo)
    }
}

/// An entity that shall be forgotten.
package struct Erasure: Sendable {
    package var views: [Int64]
    package var key: EntityKey
    /// Goes into the note, which itself names the entity only by a digest.
    package var reason: String
    package var actor: String

    package init(views: [Int64], key: EntityKey, reason: String, actor: String) {
        self.views = views
        self.key = key
        self.reason = reason
        self.actor = actor
    }
}

extension Erasure {
    /// SHA-256 of the key, lower-case hex.
    var keyDigest: String {
        SHA256.hash(data: key.bytes).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

/// The note of an erasure.
package struct ErasureRecord: Sendable, Equatable {
    package var erasedAt: Timestamp
    /// SHA-256 of the entity's key, lower-case hex.
    package var keyDigest: String
    package var views: [Int64]
    package var rows: Int
    package var reason: String
    package var actor: String
}
