import ServiceAPI

/// Writes a dataset's rows: each entity row as it came, with its features after it.
struct DatasetWriter: Sendable {
    /// What stands beside each feature.
    enum Extra: String, Codable, CaseIterable, Sendable {
        /// `name__status`.
        case status
        /// `name__event_time`.
        case eventTime = "event_time"
    }

    /// Rows that are written at once.
    struct Block: Sendable {
        var rows: Range<Int>
        var grids: [CellGrid]
        var bytes: [UInt8]
    }

    let join: PointInTimeJoin
    let extras: Set<Extra>

    init(_ join: PointInTimeJoin, extras: Set<Extra>) {
        self.join = join
        self.extras = extras
    }

    /// Names of the columns that are added, in order.
    static func names(_ selection: FeatureSelection, extras: Set<Extra>) -> [String] {
        selection.outputs.flatMap { output in
            [output.name] + Extra.allCases.filter(extras.contains).map { "\(output.name)__\($0.rawValue)" }
        }
    }

    /// The header line of CSV; nothing for JSON lines.
    func header() -> [UInt8] {
        guard join.table.format == .csv else { return [] }
        var bytes = Array(join.table.bytes[join.table.headerRange])
        for name in Self.names(join.selection, extras: extras) {
            bytes.append(UInt8(ascii: ","))
            bytes.appendCSV(name.utf8)
        }
        bytes.append(0x0A)
        return bytes
    }

    /// Calls `body` with the blocks of all rows from `start` on, in their order.
    @concurrent func forEachBlock(
        from start: Int = 0, _ body: @concurrent (Block) async throws -> Void
    ) async throws {
        var start = start
        var most = Int.max
        while start < join.table.rows.count {
            let end = try await forEachBlock(in: try await join.run(from: start, most: most), body)
            // Where a run was cut short because its rows are large, those of the next one are as well.
            if end < join.table.rows.count { most = min(most, end - start) }
            start = end
        }
    }

    /// While blocks are sent, the next ones are written.
    /// - Returns: the end of the run.
    @concurrent func forEachBlock(
        in run: JoinedRun, _ body: @concurrent (Block) async throws -> Void
    ) async throws -> Int {
        var ready = try await blocks(from: run.rows.lowerBound, of: run)
        while let end = ready.last?.rows.upperBound, end < run.rows.upperBound {
            async let next = blocks(from: end, of: run)
            for block in ready { try await body(block) }
            ready = try await next
        }
        for block in ready { try await body(block) }
        return run.rows.upperBound
    }

    /// The next two blocks of a run, written at once.
    private func blocks(from start: Int, of run: JoinedRun) async throws -> [Block] {
        let first = run.block(from: start, outputs: join.selection.outputs.count)
        let second = run.block(from: first.upperBound, outputs: join.selection.outputs.count)
        async let other = second.isEmpty ? nil : block(second, of: run)
        return try await [try block(first, of: run), other].compactMap(\.self)
    }

    private func block(_ rows: Range<Int>, of run: JoinedRun) throws -> Block {
        let grids = try join.grids(rows, of: run)
        var columns = DatasetColumns(join, rows, extras: extras)
        for output in join.selection.outputs { columns.append(output, grids[output.view]) }
        return Block(rows: rows, grids: grids, bytes: columns.rows())
    }
}
