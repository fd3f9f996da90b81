/// Where documents, their jobs and all features are kept: SQLite in the process, or PostgreSQL for several.
protocol StoreEngine: Sendable {
    /// Rows of features, and the registry.
    var features: any FeatureStorage { get }

    /// Whether other processes work on the same store.
    var isShared: Bool { get }

    /// Runs `work` on a snapshot.
    func read<T: Sendable>(_ work: @Sendable (any StoreSession) throws -> T) async throws -> T

    /// Runs `work` in a transaction.
    func write<T: Sendable>(_ work: @Sendable (any StoreSession) throws -> T) async throws -> T

    /// Whether it still answers.
    func check() async throws
}
