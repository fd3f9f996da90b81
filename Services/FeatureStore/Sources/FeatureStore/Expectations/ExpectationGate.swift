import Logging
import ServiceAPI

/// What rows have to pass before they are written.
package struct ExpectationGate: Sendable {
    /// Rows of one write from which its share of nulls means something.
    static let leastRows = 100

    let quarantine: QuarantineStore
    let metrics: QualityMetrics
    let clock: @Sendable () -> Timestamp

    /// The batches without the rows that are put into quarantine.
    /// - Throws: `expectation_failed` for a view that rejects.
    func admit(_ batches: [WriteBatch]) async throws -> [WriteBatch] {
        // Nothing of what is refused is kept, so a first look decides whether there is anything to keep.
        let looks = batches.map(Look.init)
        for look in looks where look.batch.view.definition.onViolation == .reject {
            guard let (row, violation) = look.rows.first else {
                if let violation = look.overall.first { throw refused(violation, in: look.batch.view, row: nil) }
                continue
            }
            throw refused(violation, in: look.batch.view, row: row)
        }
        var admitted: [WriteBatch] = []
        for look in looks {
            var batch = look.batch
            for violation in look.overall + look.rows.map(\.violation) {
                metrics.violated(batch.view.name, violation)
            }
            if batch.view.definition.onViolation == .quarantine, !look.rows.isEmpty {
                try await quarantine.add(
                    look.rows.map { (batch.rows[$0.row], $0.violation) }, of: batch, at: clock())
                metrics.quarantined(batch.view.name, look.rows.count)
                let held = Set(look.rows.map(\.row))
                batch.rows = batch.rows.enumerated().filter { !held.contains($0.offset) }.map(\.element)
            }
            admitted.append(batch)
        }
        return admitted
    }

    private func refused(_ violation: ViewExpectations.Violation, in view: ViewVersion, row: Int?) -> FeatureStoreError
    {
        metrics.violated(view.name, violation)
        let place = row.map { "row \($0)" } ?? "the rows"
        return FeatureStoreError(
            .expectationFailed,
            "\(place) of view \(view.name): \(violation.feature): \(violation.message) (\(violation.expectation))",
            field: row.map { "rows[\($0)].values.\(violation.feature)" } ?? violation.feature)
    }

    /// What is wrong with one batch.
    private struct Look {
        let batch: WriteBatch
        private(set) var rows: [(row: Int, violation: ViewExpectations.Violation)] = []
        /// Of the rows together.
        private(set) var overall: [ViewExpectations.Violation] = []

        init(_ batch: WriteBatch) {
            self.batch = batch
            let expectations = ViewExpectations(batch.view)
            guard !expectations.rules.isEmpty else { return }
            var written: [Int: (cells: Int, nulls: Int)] = [:]
            for (index, row) in batch.rows.enumerated() where !row.isDeleted {
                let cells = row.cells.cells
                if let violation = expectations.violation(cells) { rows.append((index, violation)) }
                for rule in expectations.rules where rule.expectation.maxNullShare != nil {
                    guard let value = cells[rule.column.ordinal] else { continue }
                    written[rule.column.ordinal, default: (0, 0)].cells += 1
                    if value == .null { written[rule.column.ordinal]?.nulls += 1 }
                }
            }
            for rule in expectations.rules {
                guard let most = rule.expectation.maxNullShare, let found = written[rule.column.ordinal],
                    found.cells >= ExpectationGate.leastRows, Double(found.nulls) > most * Double(found.cells)
                else { continue }
                overall.append(
                    rule.violated("max_null_share", "\(found.nulls) of \(found.cells) are null, more than \(most)"))
            }
        }
    }
}
