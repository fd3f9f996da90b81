import NIOPosix
import ServiceAPI

/// Looks at a view's latest rows and compares them with what is expected.
struct ViewCheck: Sendable {
    /// Rows that are read at once.
    private static let block = 2000

    let storage: any FeatureStorage
    let datasets: SavedDatasetStore
    let content: ContentStore

    /// - Parameter limit: Rows that are looked at.
    /// - Throws: what is wrong with an expectation's reference.
    func report(_ view: ViewVersion, limit: Int, at now: Timestamp) async throws -> ViewReport {
        let rules = ViewExpectations(view).rules
        var profiles = view.presentColumns.map { column in
            ColumnProfile(column, rules.first { $0.column == column })
        }
        var last: EntityKey?
        var count = 0
        var isComplete = false
        while count < limit, !isComplete {
            try Task.checkCancellation()
            let block = min(Self.block, limit - count)
            let (keys, rows) = try await storage.scanLatest(view: view.id, after: last, limit: block)
            for index in keys.indices {
                guard let cells = rows[index]?.cells.cells else { continue }
                for place in profiles.indices { profiles[place].take(cells[profiles[place].column.ordinal]) }
            }
            last = keys.last
            count += keys.count
            isComplete = keys.count < block
        }
        var features: [ViewReport.Feature] = []
        for profile in profiles { features.append(try await feature(profile)) }
        return ViewReport(
            view: view.name, version: view.version, checkedAt: now.description, rows: count, complete: isComplete,
            features: features)
    }

    private func feature(_ profile: ColumnProfile) async throws -> ViewReport.Feature {
        guard let drift = profile.rule?.expectation.drift else { return profile.summary }
        let reference = try await reference(drift, for: profile.column)
        // Sorting and the exact p-value take long enough to be kept off the pool that serves requests.
        return try await NIOThreadPool.singleton.runIfActive { profile.summary(drift, reference) }
    }

    /// The column of the saved dataset, as it is there.
    private func reference(_ drift: Expectation.Drift, for column: ViewVersion.Column) async throws -> [String] {
        let record: SavedDataset
        do { record = try await datasets.find(drift.reference).record } catch let error as FeatureStoreError {
            throw FeatureStoreError(
                .invalidField, "the reference of \(column.name): \(error.message)", field: "\(column.name).expect.drift"
            )
        }
        guard record.status == .ready, let digest = record.digest,
            let format = EntityTable.Format(rawValue: record.format)
        else {
            throw FeatureStoreError(
                .notFinished, "dataset \(record.name), the reference of \(column.name), is \(record.status.rawValue)")
        }
        let path = content.path(of: digest)
        let name = drift.column ?? column.name
        return try await NIOThreadPool.singleton.runIfActive {
            var reader = try DatasetReader(path: path, format: format, columns: [name])
            var cells: [String] = []
            while cells.count < ColumnProfile.most, let row = try reader.next() {
                if let cell = row[0] { cells.append(String(decoding: cell, as: UTF8.self)) }
            }
            return cells
        }
    }
}
