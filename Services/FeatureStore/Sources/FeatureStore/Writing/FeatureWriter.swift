/// Writes rows of features.
package struct FeatureWriter: Sendable {
    /// Bytes of one row's values.
    static let largestRow = 1 << 20

    private let commits: CommitGroup
    private let gate: ExpectationGate?
    private let metrics: QualityMetrics?

    /// - Parameter gate: what rows have to pass; nil lets all through.
    package init(
        storage: any FeatureStorage, gate: ExpectationGate? = nil, metrics: QualityMetrics? = nil,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        commits = CommitGroup(storage: storage, clock: clock)
        self.gate = gate
        self.metrics = metrics
    }

    /// Writes all batches or none, without the rows that are put into quarantine.
    /// - Parameters:
    ///   - key: Where given, the same request again writes nothing and has the same outcome.
    ///   - isReleased: whether somebody decided that the rows are to be written as they are.
    @discardableResult
    package func write(
        _ batches: [WriteBatch], once key: IdempotencyKey? = nil, isReleased: Bool = false
    ) async throws -> WriteOutcome {
        guard key != nil || batches.contains(where: { !$0.rows.isEmpty }) else { return WriteOutcome() }
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
        let admitted = isReleased ? batches : try await gate?.admit(batches) ?? batches
        guard key != nil || admitted.contains(where: { !$0.rows.isEmpty }) else { return WriteOutcome() }
        let outcome = try await commits.write(WriteGroup(batches: admitted, key: key))
        metrics?.wrote(admitted)
        return outcome
    }
}
