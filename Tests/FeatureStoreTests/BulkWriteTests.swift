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

    /// Callers whose writes share a commit, in two views, as if each had come alone.
    @Test(arguments: StorageUnderTest.Engine.allCases)
    func callersOfOneCommitAreToldEachTheirOwn(_ engine: StorageUnderTest.Engine) async throws {
        var definitions = StorageUnderTest.definitions
        definitions.featureViews.append(
            FeatureViewDefinition(name: "other", entities: ["driver"], features: [.init("trips", .int64)]))
        let store = try await StorageUnderTest(engine, definitions: definitions)
        let other = try store.registry.snapshot.view("other")
        func group(
            _ driver: Int64, event: Int64, _ cells: [(ordinal: Int, value: Value)], in view: ViewVersion? = nil,
            created: Int64? = nil, key: IdempotencyKey? = nil
        ) -> WriteGroup {
            let row = PendingRow(
                key: StorageUnderTest.key(driver), event: Timestamp(microseconds: event),
                created: created.map(Timestamp.init(microseconds:)), cells: PackedRow(cells))
            return WriteGroup(batches: [WriteBatch(view: view ?? store.view, rows: [row], source: "test")], key: key)
        }
        let key = IdempotencyKey(name: "once", digest: [1])
        let groups = [
            group(1, event: 5, [(0, .int(1))]), group(1, event: 5, [(0, .int(1))]),
            // A part of the columns, earlier than what the first wrote.
            group(1, event: 4, [(1, .double(0.5))]), group(1, event: 5, [(0, .int(9))], in: other, created: 3),
            group(1, event: 5, [(0, .int(9))], in: other, created: 3), group(2, event: 1, [(0, .int(2))], key: key),
            group(2, event: 1, [(0, .int(2))], key: key),
        ]
        func write() async throws -> [WriteOutcome] {
            try await store.storage.write(groups, at: Timestamp(microseconds: 10))
        }
        var repeated = WriteOutcome(written: 1)
        repeated.isRepeated = true
        let (new, old) = (WriteOutcome(written: 1), WriteOutcome(replayed: 1))
        #expect(try await write() == [new, old, new, new, old, new, repeated])
        #expect(try await write() == [old, old, old, old, old, repeated, repeated])
        #expect(try await store.latest() == ["trips": .int(1), "rate": .double(0.5)])
        let read = LatestRead(view: other.id, keys: [StorageUnderTest.key(1)])
        #expect(try await store.storage.latest([read])[0][0]?.cells.cells == [0: .int(9)])
        #expect(try await store.storage.lastSequence() == 4)
        // Another request of the name fails all, and leaves nothing.
        await #expect(throws: FeatureStoreError.self) {
            try await store.storage.write(
                [
                    group(3, event: 1, [(0, .int(3))]),
                    group(2, event: 1, [(0, .int(4))], key: IdempotencyKey(name: "once", digest: [2])),
                ], at: Timestamp(microseconds: 11))
        }
        #expect(try await store.latest(driver: 3).isEmpty)
        #expect(try await store.write(["trips": .int(3)], event: 1, driver: 3) == new)
    }

    /// What is sent and what is answered at once are both more than the sockets' buffers hold.
    @Test(.timeLimit(.minutes(2)), arguments: StorageUnderTest.Engine.allCases)
    func longKeysAndLargeRowsInOneCommit(_ engine: StorageUnderTest.Engine) async throws {
        var definitions = StorageUnderTest.definitions
        definitions.entities = [EntityDefinition(name: "driver", joinKeys: [.init(name: "driver_id", type: .string)])]
        let store = try await StorageUnderTest(engine, definitions: definitions)
        let keys = (0..<4000).map { EntityKey([.text("\($0)" + String(repeating: "k", count: 900))]) }
        func groups(_ note: Character) -> [WriteGroup] {
            stride(from: 0, to: keys.count, by: 200).map { start in
                let rows = keys[start..<start + 200].map { key in
                    PendingRow(
                        key: key, event: Timestamp(microseconds: 1),
                        cells: PackedRow([(2, .text(String(repeating: note, count: 4000)))]))
                }
                return WriteGroup(batches: [WriteBatch(view: store.view, rows: rows, source: "test")])
            }
        }
        for note in ["a", "b"] as [Character] {
            let outcomes = try await store.storage.write(groups(note), at: Timestamp(microseconds: 1))
            #expect(outcomes.reduce(0) { $0 + $1.written } == keys.count)
        }
        let again = try await store.storage.write(groups("b"), at: Timestamp(microseconds: 1))
        #expect(again.reduce(0) { $0 + $1.replayed } == keys.count)
        let last = try await store.storage.latest([LatestRead(view: store.view.id, keys: [keys[3999]])])[0][0]
        #expect(last?.cells.cells[2] == .text(String(repeating: "b", count: 4000)))
    }
}
