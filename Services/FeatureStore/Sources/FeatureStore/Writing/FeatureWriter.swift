/// Writes rows of features.
package struct FeatureWriter: Sendable {
    /// Bytes of one row's values.
    static let largestRow = 1 << 20

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
        for batch in batches {
            for (index, row) in batch.rows.enumerated() where row.cells.bytes.count > Self.largestRow {
                throw FeatureStoreError(
                    .invalidFeature,
                    "rows[\(index)] for view \(batch.view.name) has more than \(Self.largestRow >> 20) MiB of values",
                    field: "rows[\(index)]")
            }
        }
        return try await commits.write(batches)
    }
}
