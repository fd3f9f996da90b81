import FeatureStore
import Foundation
import ServiceAPI
import Testing

/// A folder that is gone when the test is.
final class TemporaryFolder {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)").path

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The rules of point-in-time reading, on rows of one view.
@Suite struct FeatureHistoryTests {
    private let folder: TemporaryFolder
    private let history: FeatureHistory
    private let view = FeatureView(
        name: "stats", version: 1, entity: "driver", joinKeys: ["driver"],
        features: [Feature("trips", .int64, "trips"), Feature("rate", .float64, "rate")])
    private let driver = EntityKey(["driver": "1001"])

    init() throws {
        folder = try TemporaryFolder()
        history = FeatureHistory(database: try StoreDatabase(path: folder.path + "/store.sqlite"))
    }

    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

    private func write(
        _ value: FeatureValue.Scalar, event: String, created: String, source: String = "test",
        entity: EntityKey? = nil
    ) async throws {
        try await history.append(
            FeatureRow(
                view: view.name, viewVersion: 1, entity: entity ?? driver, eventTime: try time(event),
                createdTime: try time(created), source: source, values: ["trips": value]),
            to: view)
    }

    private func trips(at text: String, knownAt: String? = nil) async throws -> FeatureValue.Scalar? {
        try await history.row(view, entity: driver, at: try time(text), knownAt: try knownAt.map(time))?.values["trips"]
    }

    private func latest() async throws -> FeatureValue.Scalar? {
        try await history.latest(view, entity: driver)?.values["trips"]
    }

    @Test func eventAtTheVeryTimeCountsAndNothingLater() async throws {
        try await write(.int(1), event: "2024-01-01T00:00:00Z", created: "2024-01-01T00:00:01Z")
        try await write(.int(2), event: "2024-01-02T00:00:00Z", created: "2024-01-02T00:00:01Z")
        #expect(try await trips(at: "2023-12-31T23:59:59.999999Z") == nil)
        #expect(try await trips(at: "2024-01-01T00:00:00Z") == .int(1))
        #expect(try await trips(at: "2024-01-01T23:59:59.999999Z") == .int(1))
        #expect(try await trips(at: "2024-01-02T00:00:00Z") == .int(2))
        #expect(try await trips(at: "2024-01-02T01:00:00+02:00") == .int(1))
        #expect(try await trips(at: "2999-01-01T00:00:00Z") == .int(2))
    }

    @Test func equalEventTimesAreDecidedByCreatedThenSequence() async throws {
        try await write(.int(2), event: "2024-01-01T00:00:00Z", created: "2024-01-01T00:00:02Z")
        try await write(.int(1), event: "2024-01-01T00:00:00Z", created: "2024-01-01T00:00:01Z")
        #expect(try await trips(at: "2024-01-01T00:00:00Z") == .int(2))
        #expect(try await latest() == .int(2))
        try await write(.int(3), event: "2024-01-01T00:00:00Z", created: "2024-01-01T00:00:02Z")
        #expect(try await trips(at: "2024-01-01T00:00:00Z") == .int(3))
        #expect(try await latest() == .int(3))
    }

    @Test func lateRowEntersHistoryButNotTheLatest() async throws {
        try await write(.int(2), event: "2024-01-02T00:00:00Z", created: "2024-01-02T00:00:00Z")
        try await write(.int(1), event: "2024-01-01T00:00:00Z", created: "2024-01-05T00:00:00Z")
        #expect(try await latest() == .int(2))
        #expect(try await trips(at: "2024-01-01T12:00:00Z") == .int(1))
    }

    @Test func knownAtLeavesOutWhatWasLearntLater() async throws {
        try await write(.int(1), event: "2024-01-01T00:00:00Z", created: "2024-01-01T00:00:00Z")
        try await write(.int(9), event: "2024-01-01T00:00:00Z", created: "2024-03-01T00:00:00Z")
        #expect(try await trips(at: "2024-02-01T00:00:00Z") == .int(9))
        #expect(try await trips(at: "2024-02-01T00:00:00Z", knownAt: "2024-02-01T00:00:00Z") == .int(1))
        #expect(try await trips(at: "2024-02-01T00:00:00Z", knownAt: "2024-03-01T00:00:00Z") == .int(9))
        #expect(try await trips(at: "2024-02-01T00:00:00Z", knownAt: "2023-01-01T00:00:00Z") == nil)
    }

    @Test func sameRowAgainIsNoRowAndCorrectionBackIsOne() async throws {
        for _ in 0..<3 {
            try await write(.int(1), event: "2024-01-01T00:00:00Z", created: "2024-01-01T00:00:00Z")
        }
        try await write(.int(2), event: "2024-01-01T00:00:00Z", created: "2024-01-02T00:00:00Z")
        try await write(.int(1), event: "2024-01-01T00:00:00Z", created: "2024-01-03T00:00:00Z")
        #expect(try await latest() == .int(1))
        #expect(try await trips(at: "2024-01-01T00:00:00Z", knownAt: "2024-01-02T12:00:00Z") == .int(2))
    }

    @Test func nullIsAValue() async throws {
        try await write(.int(1), event: "2024-01-01T00:00:00Z", created: "2024-01-01T00:00:00Z")
        try await write(.null, event: "2024-01-02T00:00:00Z", created: "2024-01-02T00:00:00Z")
        #expect(try await latest() == .null)
        #expect(try await trips(at: "2024-01-01T00:00:00Z") == .int(1))
    }

    @Test func entitiesAreKeptApart() async throws {
        try await write(.int(1), event: "2024-01-01T00:00:00Z", created: "2024-01-01T00:00:00Z")
        try await write(
            .int(2), event: "2024-01-01T00:00:00Z", created: "2024-01-01T00:00:00Z",
            entity: EntityKey(["driver": "1002"]))
        #expect(try await latest() == .int(1))
    }

    @Test func valuesKeepTheirTypeAtTheEdges() async throws {
        let edges: [Int64] = [.min, -1, 0, (1 << 53) + 1, .max]
        for (day, value) in edges.enumerated() {
            try await write(
                .int(value), event: "2024-01-0\(day + 1)T00:00:00Z", created: "2024-01-0\(day + 1)T00:00:00Z")
            #expect(try await latest() == .int(value))
        }
        try await history.append(
            FeatureRow(
                view: view.name, viewVersion: 1, entity: driver, eventTime: try time("2025-01-01T00:00:00Z"),
                createdTime: try time("2025-01-01T00:00:00Z"), source: "test", values: ["rate": .double(5)]),
            to: view)
        let row = try await history.latest(view, entity: driver)
        #expect(row?.values["rate"] == .double(5))
        #expect(row?.values["trips"] == nil)
    }

    @Test(arguments: [
        ("trips", FeatureValue.Scalar.string("5")), ("trips", .double(5)), ("rate", .double(.nan)),
        ("rate", .double(.infinity)), ("unknown", .int(1)),
    ])
    func wrongValuesAreRefusedByName(name: String, value: FeatureValue.Scalar) async throws {
        let row = FeatureRow(
            view: view.name, viewVersion: 1, entity: driver, eventTime: try time("2025-01-01T00:00:00Z"),
            createdTime: try time("2025-01-01T00:00:00Z"), source: "test", values: [name: value])
        let error = await #expect(throws: FeatureStoreError.self) { try await history.append(row, to: view) }
        #expect(error?.field == name)
        #expect(error?.code.status == 422)
    }

    /// Against a brute-force reading of the same rows: 300 histories with ties and late rows, seed printed.
    @Test func randomHistoriesReadAsTheRuleSays() async throws {
        let seed: UInt64 = 20_260_101
        var random = SplitMix(seed: seed)
        for number in 0..<300 {
            let entity = EntityKey(["driver": "random \(number)"])
            var rows: [(event: Int64, created: Int64, order: Int, value: Int64)] = []
            for order in 0..<Int.random(in: 1...12, using: &random) {
                let row = (
                    event: Int64.random(in: 0...4, using: &random), created: Int64.random(in: 0...4, using: &random),
                    order: order, value: Int64(order)
                )
                rows.append(row)
                try await history.append(
                    FeatureRow(
                        view: view.name, viewVersion: 1, entity: entity,
                        eventTime: Timestamp(microseconds: row.event),
                        createdTime: Timestamp(microseconds: row.created),
                        source: "random", values: ["trips": .int(row.value)]),
                    to: view)
            }
            for asOf in -1...5 as ClosedRange<Int64> {
                let expected = rows.filter { $0.event <= asOf }
                    .max { ($0.event, $0.created, $0.order) < ($1.event, $1.created, $1.order) }
                let found = try await history.row(view, entity: entity, at: Timestamp(microseconds: asOf))
                #expect(found?.values["trips"] == expected.map { .int($0.value) }, "seed \(seed), history \(number)")
            }
            let last = rows.max { ($0.event, $0.created, $0.order) < ($1.event, $1.created, $1.order) }
            let latest = try await history.latest(view, entity: entity)
            #expect(latest?.values["trips"] == last.map { .int($0.value) }, "seed \(seed), history \(number)")
        }
    }

    @Test func storeOpensAgainAndRefusesAChangedView() async throws {
        try await history.declare(view, at: try time("2024-01-01T00:00:00Z"))
        try await history.declare(view, at: try time("2024-01-02T00:00:00Z"))
        try await write(.int(7), event: "2024-01-01T00:00:00Z", created: "2024-01-01T00:00:00Z")
        let again = FeatureHistory(database: try StoreDatabase(path: folder.path + "/store.sqlite"))
        #expect(try await again.latest(view, entity: driver)?.values["trips"] == .int(7))
        var changed = view
        changed.features[0].type = .string
        await #expect(throws: FeatureStoreError.self) {
            try await again.declare(changed, at: try time("2024-01-03T00:00:00Z"))
        }
    }
}
