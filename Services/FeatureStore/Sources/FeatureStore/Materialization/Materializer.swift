import Foundation
import ServiceAPI
import Synchronization

/// Reads views' source files into the store.
///
/// Rows that are there already are no rows, so a file is read from its beginning each time: a row that came late is
/// found, whatever its event time. One run a view at a time.
package actor Materializer {
    /// What one run read and wrote.
    package struct Result: Sendable, Equatable {
        package var view: String
        package var read = 0
        package var written = 0
    }

    /// Rows and bytes that are read before they are sorted by entity and written: the more, the fewer pages of the tables
    /// are written twice.
    private static let block = (rows: 1_000_000, bytes: 96 << 20)
    /// Rows of one transaction: the more, the longer others wait.
    private static let transaction = 20_000

    private let executor = QueueExecutor(label: "feature-store.materialize")
    private let folder: String
    /// Of the sources in PostgreSQL.
    private let database: String?
    private let cursors: SourceCursors?
    private let writer: FeatureWriter
    /// How many runs are under way for a view.
    private let running = Mutex<[String: Int]>([:])

    nonisolated package var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter folder: below it the sources' paths begin; empty where there is none.
    init(folder: String, database: String? = nil, cursors: SourceCursors? = nil, writer: FeatureWriter) {
        self.folder = folder
        self.database = database
        self.cursors = cursors
        self.writer = writer
    }

    /// Reads the views' sources, rows with an event time in the closed window.
    /// - Throws: `materializing` where one of the views is being read already.
    nonisolated package func run(
        _ views: [ViewVersion], from start: Timestamp?, to end: Timestamp, force: Bool = false
    ) async throws -> [Result] {
        let names = try begin(views, force: force)
        defer { finish(names) }
        return try await read(views, from: start, to: end)
    }

    /// Whether the views have sources that can be looked for.
    /// - Throws: `invalid_field`.
    nonisolated package func check(_ views: [ViewVersion]) throws {
        if let view = views.first(where: { $0.definition.source == nil }) {
            throw FeatureStoreError(.invalidField, "view \(view.name) has no source", field: "feature_views")
        }
        let sources = views.compactMap(\.definition.source)
        guard !folder.isEmpty || sources.allSatisfy({ $0.format == .postgres }) else {
            throw FeatureStoreError(
                .invalidField, "features.sources is not set, so no source can be read", field: "feature_views")
        }
        guard database != nil || sources.allSatisfy({ $0.format != .postgres }) else {
            throw FeatureStoreError(
                .invalidField, "features.source_database is not set, so no table can be read", field: "feature_views")
        }
    }

    /// Takes the views for a run.
    /// - Parameter force: also where they are being read already; rows that both runs find are written once.
    nonisolated package func begin(_ views: [ViewVersion], force: Bool = false) throws -> Set<String> {
        let names = Set(views.map(\.name))
        let busy = running.withLock { running in
            let busy = force ? [] : names.intersection(running.keys)
            if busy.isEmpty {
                for name in names { running[name, default: 0] += 1 }
            }
            return busy
        }
        guard busy.isEmpty else {
            throw FeatureStoreError(
                .materializing, "already materializing: \(busy.sorted().joined(separator: ", "))",
                field: "feature_views")
        }
        return names
    }

    nonisolated package func finish(_ names: Set<String>) {
        running.withLock { running in
            for name in names {
                let left = (running[name] ?? 0) - 1
                running[name] = left > 0 ? left : nil
            }
        }
    }

    /// Reads views that `begin` took.
    package func read(_ views: [ViewVersion], from start: Timestamp?, to end: Timestamp) async throws -> [Result] {
        var results: [Result] = []
        for view in views { results.append(try await read(view, from: start, to: end)) }
        return results
    }

    private func read(_ view: ViewVersion, from start: Timestamp?, to end: Timestamp) async throws -> Result {
        try check([view])
        guard let source = view.definition.source else { return Result(view: view.name) }
        if source.format == .postgres { return try await readDatabase(view, source, from: start, to: end) }
        let handle = try open(source, view)
        defer { try? handle.close() }
        // One block is written while the next is read.
        return try await withThrowingTaskGroup(of: Int.self) { group in
            var result = Result(view: view.name)
            var rows = RowPile()
            func write() async throws {
                result.written += try await group.next() ?? 0
                let block = rows
                group.addTask { try await self.write(block, view, source) }
                rows = RowPile()
            }
            do {
                var table = try ViewTable(view: view, source: source) {
                    try handle.read(upToCount: 1 << 18).map { [UInt8]($0) }
                }
                while let row = try table.next() {
                    guard row.event <= end, start.map({ row.event >= $0 }) ?? true else { continue }
                    rows.append(row)
                    result.read += 1
                    if rows.count == Self.block.rows || rows.size >= Self.block.bytes { try await write() }
                }
            } catch var error as FeatureStoreError {
                error.message = "source \(source.path ?? "") of view \(view.name): \(error.message)"
                throw error
            }
            try await write()
            result.written += try await group.next() ?? 0
            return result
        }
    }

    /// Reads what was added since the last time, by the order of the rows; without one, or for a window, all of them.
    private func readDatabase(
        _ view: ViewVersion, _ source: FeatureViewDefinition.Source, from start: Timestamp?, to end: Timestamp
    ) async throws -> Result {
        var result = Result(view: view.name)
        guard let database else { return result }
        do {
            let known = start == nil && source.orderField != nil ? try await cursors?.position(view) : nil
            let rows = try await PostgresSource(
                database, source, after: known.map { $0.subtractingReportingOverflow(source.overlap).partialValue })
            var position = known
            // A row that is not due yet is read again, with all behind it.
            var isWhole = true
            while let block = try await rows.next() {
                var lines: [UInt8]? = block.lines
                var table = try ViewTable(view: view, source: source) {
                    defer { lines = nil }
                    return lines
                }
                var due = RowPile()
                for index in 0... {
                    guard let row = try table.next() else { break }
                    let isDue = row.event <= end
                    if !isDue { isWhole = false }
                    if isWhole, index < block.orders.count { position = max(position ?? .min, block.orders[index]) }
                    guard isDue, start.map({ row.event >= $0 }) ?? true else { continue }
                    due.append(row)
                }
                result.read += due.count
                result.written += try await write(due, view, source)
                // Behind the rows, so that what is passed over was written.
                if start == nil, let position { try await cursors?.set(view, to: position) }
                try Task.checkCancellation()
            }
        } catch var error as FeatureStoreError {
            // The query is the declaration's; what is wrong with it is the caller's to mend.
            if error.code == .storageFailed { error.code = .malformedTable }
            error.message = "source of view \(view.name): \(error.message)"
            error.field = error.field ?? "feature_views"
            throw error
        }
        return result
    }

    /// Writes a block of rows, sorted by entity.
    /// - Returns: how many of them were new.
    nonisolated private func write(
        _ rows: RowPile, _ view: ViewVersion, _ source: FeatureViewDefinition.Source
    ) async throws -> Int {
        let order = rows.orderByEntity
        var written = 0
        for start in stride(from: 0, to: order.count, by: Self.transaction) {
            let part = order[start..<min(start + Self.transaction, order.count)].map { rows[Int($0)] }
            written += try await writer.write(
                [WriteBatch(view: view, rows: part, source: Self.name(source))]
            ).written
            try Task.checkCancellation()
        }
        return written
    }

    private static func name(_ source: FeatureViewDefinition.Source) -> String {
        source.format == .postgres ? "postgres:\(source.table ?? "query")" : "file:\(source.path ?? "")"
    }

    private func open(_ source: FeatureViewDefinition.Source, _ view: ViewVersion) throws -> FileHandle {
        guard let handle = FileHandle(forReadingAtPath: folder + "/" + (source.path ?? "")) else {
            throw FeatureStoreError(
                .invalidField, "source \(source.path ?? "") of view \(view.name) cannot be opened",
                field: "feature_views")
        }
        return handle
    }
}
