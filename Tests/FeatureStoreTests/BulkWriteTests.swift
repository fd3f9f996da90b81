import FeatureStore
import ServiceAPI
import Testing

/// Batches that are large enough to be written another way than single rows.
@Suite struct BulkWriteTests {
    private static func rows(_ count: Int64, from start: Int64 = 0) -> [PendingRow] {
        (start..<start + count).map { number in
            PendingRow(
                key: StorageUnderTest.key(number % 100), event: Timestamp(microseconds: number),
                isDeleted: number % 50 == 49,
                cells: number % 50 == 49
                    ? PackedRow()
                    : PackedRow([
                        (0, .int(number)), (1, number % 3 == 0 ? .null : .double(Double(number) / 4)),
                        (2, .text(number % 2 == 0 ? "" : "a\\b\t\"\n\u{1F600}\(number)")),
                    ]))
        }
    }

    @Test(arguments: StorageUnderTest.Engine.allCases)
    func bulkIsWrittenOnceAndReadBackToTheCell(_ engine: StorageUnderTest.Engine) async throws {
        let store = try await StorageUnderTest(engine)
        func write(_ rows: [PendingRow], now: Int64 = 0) async throws -> WriteOutcome {
            try await store.storage.write(
                [WriteBatch(view: store.view, rows: rows, source: "file:é.csv")], at: Timestamp(microseconds: now))
        }
        let rows = Self.rows(3000)
        // A row that stands in one batch twice is one row.
        #expect(try await write(rows + rows.prefix(10)) == WriteOutcome(written: 3000, replayed: 10))
        #expect(try await write(rows) == WriteOutcome(written: 0, replayed: 3000))
        // Half of it was there; the other half is late, newer, or a correction.
        var corrected = rows[7]
        corrected.cells = PackedRow([(0, .int(-7))])
        let more = Array(rows.suffix(600)) + Self.rows(600, from: 3000) + [corrected]
        #expect(try await write(more, now: 10) == WriteOutcome(written: 601, replayed: 600))

        let all = Self.rows(3600)
        let held = try await store.storage.pointInTime(
            PointInTimeRead(
                view: store.view.id, ordinals: [0, 1, 2], keys: all.map(\.key), times: all.map(\.event)))
        for (number, row) in all.enumerated() where number != 7 && !row.isDeleted {
            #expect(held[number]?.cells == row.cells, "row \(number)")
        }
        #expect(held[49]?.cells.cells == [:])
        #expect(held[7]?.cells.cells[0] == .int(-7))
        let latest = try await store.storage.latest([LatestRead(view: store.view.id, keys: [StorageUnderTest.key(7)])])[
            0]
        #expect(latest[0]?.cells == all[3507].cells)
    }
}
