import FeatureStore
import ServiceAPI
import Testing

/// Long histories, read at many times at once and at each alone.
@Suite struct HistoryWalkTests {
    @Test(arguments: StorageUnderTest.Engine.allCases)
    func timesReadTogetherAnswerAsTimesReadAlone(_ engine: StorageUnderTest.Engine) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix(seed: seed)
        let store = try await StorageUnderTest(engine)
        var rows: [PendingRow] = []
        // Driver 0's rows are whole, driver 1's are parts and tombstones; some times have several rows.
        for driver in 0...1 as ClosedRange<Int64> {
            for event in 0..<600 as Range<Int64> {
                for _ in 0..<(event % 7 == 0 ? 2 : 1) {
                    let isDeleted = driver == 1 && Int.random(in: 0..<20, using: &random) == 0
                    let value = Int64.random(in: 0..<1000, using: &random)
                    let columns = driver == 0 ? [0, 1, 2] : [Int.random(in: 0...2, using: &random)]
                    rows.append(
                        PendingRow(
                            key: StorageUnderTest.key(driver), event: Timestamp(microseconds: event),
                            created: Timestamp(microseconds: Int64.random(in: 0..<9, using: &random)),
                            isDeleted: isDeleted,
                            cells: PackedRow(isDeleted ? [] : columns.map { (ordinal: $0, value: .int(value)) })))
                }
            }
        }
        rows.shuffle(using: &random)
        _ = try await store.storage.write([WriteBatch(view: store.view, rows: rows)], at: Timestamp(microseconds: 0))

        // Neighbours that are near, far and the same, over an entity's end, and a third entity that has no rows.
        var reads: [(driver: Int64, time: Int64)] = []
        for driver in 0...2 as ClosedRange<Int64> {
            var time: Int64 = -2
            while time < 620 {
                reads.append((driver, time))
                time += [0, 1, 1, 3, 20, 90][Int.random(in: 0..<6, using: &random)]
            }
        }
        for knownAt in [nil, Timestamp(microseconds: 5)] {
            func read(_ reads: ArraySlice<(driver: Int64, time: Int64)>) async throws -> StoredRows {
                try await store.storage.pointInTime(
                    PointInTimeRead(
                        view: store.view.id, ordinals: [0, 1, 2], keys: reads.map { StorageUnderTest.key($0.driver) },
                        times: reads.map { Timestamp(microseconds: $0.time) }, knownAt: knownAt))
            }
            let together = try await read(reads[...])
            for index in reads.indices {
                let alone = try await read(reads[index...index])
                #expect(
                    together[index]?.state.cells == alone[0]?.state.cells,
                    "seed \(seed), driver \(reads[index].driver) at \(reads[index].time)")
            }
        }
    }
}
