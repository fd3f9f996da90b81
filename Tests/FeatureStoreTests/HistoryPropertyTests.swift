import FeatureStore
import ServiceAPI
import Testing

/// Random histories against a reference that looks at every row: ties, late rows, nulls, parts, deletes, replays.
@Suite struct HistoryPropertyTests {
    private struct Written {
        var driver: Int64
        var order: RowOrder
        var isDeleted: Bool
        var values: [Int: Value]
    }

    /// What holds, by definition: for each column the greatest row that wrote it, unless a greater tombstone is there.
    private static func reference(_ rows: [Written], driver: Int64, at time: Int64, knownAt: Int64?) -> [Int: Value] {
        let counted = rows.filter {
            $0.driver == driver && $0.order.event.microseconds <= time
                && $0.order.created.microseconds <= knownAt ?? .max
        }
        let tombstone = counted.filter(\.isDeleted).map(\.order).max()
        var held: [Int: Value] = [:]
        for ordinal in 0..<3 {
            let candidates = counted.filter { row in
                !row.isDeleted && row.values[ordinal] != nil && tombstone.map { $0 < row.order } ?? true
            }
            if let greatest = candidates.max(by: { $0.order < $1.order }) { held[ordinal] = greatest.values[ordinal] }
        }
        return held
    }

    @Test(arguments: StorageUnderTest.Engine.allCases)
    func everyHistoryReadsAsTheReferenceSays(_ engine: StorageUnderTest.Engine) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix(seed: seed)
        let store = try await StorageUnderTest(engine)
        // 10,000 histories, one an entity, in batches that interleave them.
        let entities = 10_000
        var written: [Int64: [Written]] = [:]
        var sequence: Int64 = 0
        for start in stride(from: 0, to: entities, by: 500) {
            var rows: [PendingRow] = []
            for _ in 0..<500 * 6 {
                let driver = Int64(start) + Int64.random(in: 0..<500, using: &random)
                // Few distinct times, so that many are equal.
                let event = Int64.random(in: 0..<8, using: &random)
                let created = Int64.random(in: 0..<6, using: &random)
                let isDeleted = Int.random(in: 0..<10, using: &random) == 0
                var values: [Int: Value] = [:]
                if !isDeleted {
                    let isWhole = Bool.random(using: &random)
                    for ordinal in 0..<3 where isWhole || Bool.random(using: &random) {
                        values[ordinal] =
                            Int.random(in: 0..<4, using: &random) == 0
                            ? .null : .int(Int64.random(in: 0..<4, using: &random))
                    }
                    if values.isEmpty { values[0] = .int(1) }
                }
                rows.append(
                    PendingRow(
                        key: StorageUnderTest.key(driver), event: Timestamp(microseconds: event),
                        created: Timestamp(microseconds: created), isDeleted: isDeleted,
                        cells: PackedRow(values.sorted { $0.key < $1.key }.map { (ordinal: $0.key, value: $0.value) })))
                let isReplay = (written[driver] ?? []).contains {
                    $0.order.event.microseconds == event && $0.order.created.microseconds == created
                        && $0.isDeleted == isDeleted && $0.values == values
                }
                guard !isReplay else { continue }
                sequence += 1
                written[driver, default: []].append(
                    Written(
                        driver: driver,
                        order: RowOrder(
                            event: Timestamp(microseconds: event), created: Timestamp(microseconds: created),
                            sequence: sequence),
                        isDeleted: isDeleted, values: values))
            }
            // Several commits, so that a row meets latest rows of other transactions.
            for part in stride(from: 0, to: rows.count, by: 700) {
                _ = try await store.storage.write(
                    [WriteBatch(view: store.view, rows: Array(rows[part..<min(part + 700, rows.count)]))],
                    at: Timestamp(microseconds: 0))
            }
        }

        let keys = (0..<Int64(entities)).map(StorageUnderTest.key)
        let latest = try await store.storage.latest([LatestRead(view: store.view.id, keys: keys)])[0]
        for driver in 0..<entities {
            let expected = Self.reference(written[Int64(driver)] ?? [], driver: Int64(driver), at: .max, knownAt: nil)
            #expect(latest[driver]?.cells.cells ?? [:] == expected, "seed \(seed), driver \(driver), latest")
        }
        // Each entity at one time and at several that ascend, which share their reading.
        for (knownAt, times) in [(nil, [-1, 0, 0, 3, 7]), (3, [0, 2, 5, 5, 8]), (nil, []), (3, [])]
            as [(Int64?, [Int64])]
        {
            let reads = (0..<entities).flatMap { driver in
                (times.isEmpty ? [Int64.random(in: -1...8, using: &random)] : times).map { (driver: driver, time: $0) }
            }
            let held = try await store.storage.pointInTime(
                PointInTimeRead(
                    view: store.view.id, ordinals: [2, 0, 1], keys: reads.map { keys[$0.driver] },
                    times: reads.map { Timestamp(microseconds: $0.time) },
                    knownAt: knownAt.map(Timestamp.init(microseconds:))))
            for (index, read) in reads.enumerated() {
                let expected = Self.reference(
                    written[Int64(read.driver)] ?? [], driver: Int64(read.driver), at: read.time, knownAt: knownAt)
                #expect(held[index]?.cells.cells ?? [:] == expected, "seed \(seed), driver \(read.driver)")
            }
        }
        // What is read online is what is read offline at the end of time.
        let end = try await store.storage.pointInTime(
            PointInTimeRead(
                view: store.view.id, ordinals: [0, 1, 2], keys: keys, times: keys.map { _ in .distantFuture }))
        for driver in 0..<entities {
            #expect(
                end[driver]?.state.cells.mapValues(\.order) == latest[driver]?.state.cells.mapValues(\.order) ?? [:]
                    || end[driver]?.cells == latest[driver]?.cells, "seed \(seed), driver \(driver)")
        }
    }
}
