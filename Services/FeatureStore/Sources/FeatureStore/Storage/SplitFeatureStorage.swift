/// Rows of the document view are in the embedded store, with the jobs that make them; the registry and all other rows are
/// in the engine that replicas share.
struct SplitFeatureStorage: FeatureStorage {
    let embedded: SQLiteFeatureStorage
    let shared: PostgresFeatureStorage
    /// The view whose rows are embedded.
    let documents: Int64

    private func engine(_ view: Int64) -> any FeatureStorage { view == documents ? embedded : shared }

    func registry() async throws -> RegistrySnapshot { try await shared.registry() }

    func registryGeneration() async throws -> Int64 { try await shared.registryGeneration() }

    func changeRegistry(
        at now: Timestamp, _ plan: @escaping @Sendable (RegistrySnapshot) throws -> RegistryPlan
    ) async throws -> RegistryPlan {
        try await shared.changeRegistry(at: now, plan)
    }

    /// Rows of the document view are written by its jobs alone; `FeatureWriter` lets none through.
    func write(_ groups: [[WriteBatch]], at now: Timestamp) async throws -> [WriteOutcome] {
        try await shared.write(groups, at: now)
    }

    func latest(_ reads: [LatestRead]) async throws -> [StoredRows] {
        guard reads.contains(where: { $0.view == documents }) else { return try await shared.latest(reads) }
        var own = try await embedded.latest(reads.filter { $0.view == documents })[...]
        let others = reads.filter { $0.view != documents }
        var shared = others.isEmpty ? [] : try await self.shared.latest(others)[...]
        return reads.map { $0.view == documents ? own.removeFirst() : shared.removeFirst() }
    }

    func scanLatest(
        view: Int64, after key: EntityKey?, limit: Int
    ) async throws -> (keys: [EntityKey], rows: StoredRows) {
        try await engine(view).scanLatest(view: view, after: key, limit: limit)
    }

    func lastSequence() async throws -> Int64 { try await shared.lastSequence() }

    func newestEvents() async throws -> [Int64: Timestamp] {
        var newest = try await shared.newestEvents()
        newest[documents] = try await embedded.newestEvents()[documents]
        return newest
    }

    func pointInTime(_ read: PointInTimeRead) async throws -> StoredRows {
        var read = read
        // The engines number their rows apart.
        if read.view == documents { read.upTo = .max }
        return try await engine(read.view).pointInTime(read)
    }

    func erase(_ erasure: Erasure, at now: Timestamp) async throws -> Int {
        try await shared.erase(erasure, at: now)
    }

    func erasures(limit: Int) async throws -> [ErasureRecord] {
        let all = try await shared.erasures(limit: limit) + embedded.erasures(limit: limit)
        return Array(all.sorted { $0.erasedAt > $1.erasedAt }.prefix(limit))
    }
}
