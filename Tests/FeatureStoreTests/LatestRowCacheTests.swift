import FeatureStore
import Foundation
import ServiceAPI
import Synchronization
import Testing

/// The cache of latest rows before the embedded store: what it answers is what the store has.
@Suite struct LatestRowCacheTests {
    /// Two views of one entity, so that a transaction changes rows of both.
    private struct Store {
        let storage: SQLiteFeatureStorage
        let cache: LatestRowCache
        let views: [ViewVersion]
        private let folder: TemporaryFolder

        init(cachedRows: Int) async throws {
            folder = try TemporaryFolder()
            let database = try StoreDatabase(path: folder.path + "/store.sqlite", cachedRows: cachedRows)
            cache = database.latestRows
            storage = SQLiteFeatureStorage(database: database)
            let registry = try await FeatureRegistry(storage: storage)
            _ = try await registry.apply(
                ApplyRequest(
                    definitions: FeatureDefinitions(
                        entities: StorageUnderTest.definitions.entities,
                        featureViews: ["left", "right"].map {
                            FeatureViewDefinition(name: $0, entities: ["driver"], features: [.init("n", .int64)])
                        })),
                at: Timestamp(microseconds: 0))
            views = try ["left", "right"].map { try registry.snapshot.view($0) }
        }

        /// The same number for all drivers of both views, in one transaction.
        func write(_ number: Int64, drivers: [Int64]) async throws {
            let rows = drivers.map { driver in
                PendingRow(
                    key: StorageUnderTest.key(driver), event: Timestamp(microseconds: number),
                    cells: PackedRow([(ordinal: 0, value: .int(number))]))
            }
            _ = try await storage.write(
                views.map { WriteBatch(view: $0, rows: rows) }, at: Timestamp(microseconds: number))
        }

        /// The numbers of the drivers, of the left view and then of the right one; nil where there is no row.
        func read(_ drivers: [Int64]) async throws -> [Int64?] {
            try await storage.latest(
                views.map { LatestRead(view: $0.id, keys: drivers.map(StorageUnderTest.key)) }
            ).flatMap { rows in
                drivers.indices.map { index in
                    if case .int(let number)? = rows[index]?.cells.cells[0] { number } else { nil }
                }
            }
        }
    }

    @Test(arguments: [0, 1 << 20])
    func rowsAreThoseOfTheStoreAfterEachWriteAndErasure(_ cachedRows: Int) async throws {
        let store = try await Store(cachedRows: cachedRows)
        #expect(try await store.read([1, 2]) == [nil, nil, nil, nil])
        #expect(try await store.read([1, 2]) == [nil, nil, nil, nil])
        try await store.write(7, drivers: [1])
        #expect(try await store.read([1, 2]) == [7, nil, 7, nil])
        try await store.write(8, drivers: [1, 2])
        // One that is known from the write, one that is not, one twice.
        #expect(try await store.read([2, 3, 1]) == [8, nil, 8, 8, nil, 8])
        // A late row changes nothing.
        try await store.write(3, drivers: [1])
        #expect(try await store.read([1]) == [8, 8])
        _ = try await store.storage.erase(
            Erasure(views: [store.views[0].id], key: StorageUnderTest.key(1), reason: "", actor: ""),
            at: Timestamp(microseconds: 9))
        #expect(try await store.read([1, 2]) == [nil, 8, 8, 8])
        #expect((store.cache.size > 0) == (cachedRows > 0))
    }

    /// A transaction that fails leaves the rows as they were.
    @Test func whatWasRolledBackIsNotServed() async throws {
        let store = try await Store(cachedRows: 1 << 20)
        try await store.write(1, drivers: [1])
        #expect(try await store.read([1]) == [1, 1])
        let row = PendingRow(
            key: StorageUnderTest.key(1), event: Timestamp(microseconds: 2),
            cells: PackedRow([(ordinal: 0, value: .int(2))]))
        let key = IdempotencyKey(name: "once", digest: [1])
        _ = try await store.storage.write(
            [WriteGroup(batches: [], key: key)], at: Timestamp(microseconds: 2))
        // The second group's key is taken by another request, after the first group's row was written.
        await #expect(throws: FeatureStoreError.self) {
            _ = try await store.storage.write(
                [
                    WriteGroup(batches: [WriteBatch(view: store.views[0], rows: [row])]),
                    WriteGroup(batches: [], key: IdempotencyKey(name: "once", digest: [2])),
                ], at: Timestamp(microseconds: 3))
        }
        #expect(try await store.read([1]) == [1, 1])
        try await store.write(5, drivers: [1])
        #expect(try await store.read([1]) == [5, 5])
    }

    /// More rows than fit: each is right, and memory stays within the bound and what arrays reserve.
    @Test func moreRowsThanFitAreStillRight() async throws {
        let store = try await Store(cachedRows: 64 << 10)
        let drivers = Array(0..<3000 as Range<Int64>)
        try await store.write(1, drivers: drivers)
        for part in stride(from: 0, to: drivers.count, by: 100) {
            #expect(try await store.read(Array(drivers[part..<part + 100])).allSatisfy { $0 == 1 })
            #expect(store.cache.size < 256 << 10)
        }
    }

    /// What the writer tells the readers.
    private final class Progress: Sendable {
        let acknowledged = Mutex<Int64>(1)
        let isDone = Mutex(false)
    }

    /// Writers and readers at once: a reader sees at least what was acknowledged before it asked, and both views of one
    /// state.
    @Test(arguments: [16 << 10, 1 << 20])
    func readersNeverSeeAnOlderRowNorTwoStates(_ cachedRows: Int) async throws {
        let store = try await Store(cachedRows: cachedRows)
        let drivers = Array(0..<40 as Range<Int64>)
        try await store.write(1, drivers: drivers)
        let progress = Progress()
        try await withThrowingTaskGroup { group in
            group.addTask {
                for number in 2...200 as ClosedRange<Int64> {
                    // A few at a time, so that others are found in the cache; every tenth time all of them.
                    let part = number % 10 == 0 ? drivers : drivers.filter { $0 % 8 == number % 8 }
                    try await store.write(number, drivers: part)
                    if part.count == drivers.count { progress.acknowledged.withLock { $0 = number } }
                }
                progress.isDone.withLock { $0 = true }
            }
            for reader in 0..<2 {
                group.addTask {
                    var round = reader
                    while !progress.isDone.withLock({ $0 }) {
                        round += 1
                        let wanted = drivers.filter { _ in Bool.random() }
                        let least = progress.acknowledged.withLock { $0 }
                        let numbers = try await store.read(wanted)
                        let (left, right) = (numbers.prefix(wanted.count), numbers.suffix(wanted.count))
                        #expect(Array(left) == Array(right))
                        #expect(numbers.allSatisfy { $0.map { $0 >= least } ?? false })
                        // Those of one write are of one state.
                        let states = Dictionary(grouping: zip(wanted, left)) { $0.0 % 8 }
                        #expect(states.values.allSatisfy { Set($0.map(\.1)).count == 1 })
                        // Otherwise readers that never wait would keep the writer from its thread.
                        await Task.yield()
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
