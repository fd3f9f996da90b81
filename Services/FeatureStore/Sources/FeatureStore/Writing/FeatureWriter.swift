/// Writes rows of features.
package struct FeatureWriter: Sendable {
    private let commits: CommitGroup

    package init(storage: any FeatureStorage, clock: @escaping @Sendable () -> Timestamp) {
        commits = CommitGroup(storage: storage, clock: clock)
    }

    /// Writes all batches or none.
    @discardableResult
    package func write(_ batches: [WriteBatch]) async throws -> WriteOutcome {
        guard batches.contains(where: { !$0.rows.isEmpty }) else { return WriteOutcome() }
        for batch in batches where RegistryPlan.reserved.contains(batch.view.name) {
            throw FeatureStoreError(
                .invalidField, "view \(batch.view.name) is written by the service itself", field: "view")
        }
        return try await commits.write(batches)
    }
}
