import FeatureStore
import Foundation
import ServiceAPI
import Testing

/// An engine with one view declared: what every storage test starts from.
struct StorageUnderTest {
    /// The engines that the suites run on.
    enum Engine: String, CaseIterable, CustomTestStringConvertible {
        case sqlite, postgres

        var testDescription: String { rawValue }
    }

    let storage: any FeatureStorage
    let registry: FeatureRegistry
    let view: ViewVersion
    private let folder: TemporaryFolder

    static let definitions = FeatureDefinitions(
        entities: [EntityDefinition(name: "driver", joinKeys: [.init(name: "driver_id", type: .int64)])],
        featureViews: [
            FeatureViewDefinition(
                name: "stats", entities: ["driver"],
                features: [.init("trips", .int64), .init("rate", .float64), .init("note", .string)])
        ])

    /// - Parameter prepare: done to PostgreSQL's empty database first.
    init(
        _ engine: Engine = .sqlite, definitions: FeatureDefinitions = Self.definitions,
        prepare: (_ database: String) throws -> Void = { _ in }
    ) async throws {
        folder = try TemporaryFolder()
        switch engine {
        case .postgres:
            let database = try PostgresServer.database()
            try prepare(database)
            storage = try await PostgresFeatureStorage(database, connections: 3)
        case .sqlite:
            // With the cache before it, as it is served.
            storage = SQLiteFeatureStorage(
                database: try StoreDatabase(path: folder.path + "/store.sqlite", cachedRows: 1 << 20))
        }
        registry = try await FeatureRegistry(storage: storage)
        _ = try await registry.apply(ApplyRequest(definitions: definitions), at: Timestamp(microseconds: 0))
        view = try registry.snapshot.view(definitions.featureViews[0].name)
    }

    static func key(_ driver: Int64) -> EntityKey { EntityKey([.int(driver)]) }

    /// Writes one row; `created` and `now` are microseconds.
    @discardableResult
    func write(
        _ values: [String: Value], event: Int64, created: Int64? = nil, now: Int64 = 0, driver: Int64 = 1,
        deleted: Bool = false
    ) async throws -> WriteOutcome {
        try await storage.write(
            [
                WriteBatch(
                    view: view,
                    rows: [
                        PendingRow(
                            key: Self.key(driver), event: Timestamp(microseconds: event),
                            created: created.map(Timestamp.init(microseconds:)), isDeleted: deleted,
                            cells: PackedRow(
                                values.map { (ordinal: view[$0.key]?.ordinal ?? -1, value: $0.value) }
                                    .sorted { $0.ordinal < $1.ordinal }))
                    ], source: "test")
            ],
            at: Timestamp(microseconds: now))
    }

    func latest(driver: Int64 = 1) async throws -> [String: Value] {
        named(try await storage.latest([LatestRead(view: view.id, keys: [Self.key(driver)])])[0][0])
    }

    func held(at time: Int64, knownAt: Int64? = nil, driver: Int64 = 1, ordinals: [Int]? = nil) async throws
        -> [String: Value]
    {
        named(
            try await storage.pointInTime(
                PointInTimeRead(
                    view: view.id, ordinals: ordinals ?? view.presentColumns.map(\.ordinal),
                    keys: [Self.key(driver)], times: [Timestamp(microseconds: time)],
                    knownAt: knownAt.map(Timestamp.init(microseconds:))))[0])
    }

    private func named(_ row: LatestRow?) -> [String: Value] {
        guard let row else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: row.cells.cells.map { (view.columns[$0.key].name, $0.value) })
    }
}
