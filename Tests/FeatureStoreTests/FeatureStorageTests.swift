import FeatureStore
import ServiceAPI
import Testing

/// The rules of writing and reading rows, on every engine.
///
/// Times are microseconds.
@Suite struct FeatureStorageTests {
    typealias Engine = StorageUnderTest.Engine

    @Test(arguments: Engine.allCases)
    func eventAtTheVeryTimeCountsAndNothingLater(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        try await store.write(["trips": .int(1)], event: 10)
        try await store.write(["trips": .int(2)], event: 20)
        #expect(try await store.held(at: 9) == [:])
        #expect(try await store.held(at: 10) == ["trips": .int(1)])
        #expect(try await store.held(at: 19) == ["trips": .int(1)])
        #expect(try await store.held(at: 20) == ["trips": .int(2)])
        #expect(try await store.held(at: .max) == ["trips": .int(2)])
    }

    @Test(arguments: Engine.allCases)
    func equalEventTimesAreDecidedByCreatedThenSequence(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        try await store.write(["trips": .int(2)], event: 10, created: 102)
        try await store.write(["trips": .int(1)], event: 10, created: 101)
        #expect(try await store.latest() == ["trips": .int(2)])
        #expect(try await store.held(at: 10) == ["trips": .int(2)])
        try await store.write(["trips": .int(3)], event: 10, created: 102)
        #expect(try await store.latest() == ["trips": .int(3)])
        #expect(try await store.held(at: 10) == ["trips": .int(3)])
    }

    @Test(arguments: Engine.allCases)
    func lateRowEntersTheHistoryButNotTheLatest(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        try await store.write(["trips": .int(2)], event: 20, created: 20)
        try await store.write(["trips": .int(1)], event: 10, created: 50)
        #expect(try await store.latest() == ["trips": .int(2)])
        #expect(try await store.held(at: 15) == ["trips": .int(1)])
    }

    @Test(arguments: Engine.allCases)
    func knownAtLeavesOutWhatWasLearntLater(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        try await store.write(["trips": .int(1)], event: 10, created: 10)
        try await store.write(["trips": .int(9)], event: 10, created: 30)
        #expect(try await store.held(at: 20) == ["trips": .int(9)])
        #expect(try await store.held(at: 20, knownAt: 29) == ["trips": .int(1)])
        #expect(try await store.held(at: 20, knownAt: 30) == ["trips": .int(9)])
        #expect(try await store.held(at: 20, knownAt: 9) == [:])
    }

    /// Further back than a statement of PostgreSQL reads at once.
    @Test(arguments: Engine.allCases)
    func deepHistoryIsReadToItsEnd(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        try await store.write(["note": .text("first")], event: 1)
        let rows = (2...900 as ClosedRange<Int64>).map { event in
            PendingRow(
                key: StorageUnderTest.key(1), event: Timestamp(microseconds: event),
                cells: PackedRow([(ordinal: 0, value: .int(event))]))
        }
        _ = try await store.storage.write(
            [WriteBatch(view: store.view, rows: rows)], at: Timestamp(microseconds: 0))
        #expect(try await store.held(at: 900) == ["trips": .int(900), "note": .text("first")])
        #expect(try await store.held(at: 271) == ["trips": .int(271), "note": .text("first")])
        #expect(try await store.held(at: 0) == [:])
    }

    /// Rows of one moment are told apart by when they were learnt and what they hold, however many there are.
    @Test(arguments: Engine.allCases)
    func thousandsOfCorrectionsOfOneMomentAreReplayedOnce(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        let rows = (0..<4000 as Range<Int64>).map { number in
            PendingRow(
                key: StorageUnderTest.key(1), event: Timestamp(microseconds: 10),
                created: Timestamp(microseconds: number / 2), cells: PackedRow([(ordinal: 0, value: .int(number))]))
        }
        let batch = WriteBatch(view: store.view, rows: rows)
        let first = try await store.storage.write([batch], at: Timestamp(microseconds: 0))
        #expect(first == WriteOutcome(written: 4000))
        let again = try await store.storage.write([batch], at: Timestamp(microseconds: 0))
        #expect(again == WriteOutcome(replayed: 4000))
        // In one batch, too: the second of each pair is there already.
        let doubled = WriteBatch(
            view: store.view,
            rows: rows.flatMap { row in
                var row = row
                row.event = Timestamp(microseconds: 20)
                return [row, row]
            })
        let twice = try await store.storage.write([doubled], at: Timestamp(microseconds: 0))
        #expect(twice == WriteOutcome(written: 4000, replayed: 4000))
        #expect(try await store.latest() == ["trips": .int(3999)])
    }

    @Test(arguments: Engine.allCases)
    func generationIsReadWithoutTheRegistry(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        #expect(try await store.storage.registryGeneration() == store.registry.snapshot.generation)
        #expect(store.registry.snapshot.generation > 0)
    }

    /// More keys than one statement reads, in the order in which they were asked for, also where some are missing.
    @Test(arguments: Engine.allCases)
    func manyKeysAreReadInOrder(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        let rows = (0..<5000 as Range<Int64>).filter { $0 % 3 != 0 }.map { driver in
            PendingRow(
                key: StorageUnderTest.key(driver), event: Timestamp(microseconds: 10),
                cells: PackedRow([(ordinal: 0, value: .int(driver))]))
        }
        _ = try await store.storage.write(
            [WriteBatch(view: store.view, rows: rows)], at: Timestamp(microseconds: 0))
        let drivers = (0..<5000 as Range<Int64>).reversed()
        let found = try await store.storage.latest([
            LatestRead(view: store.view.id, keys: [StorageUnderTest.key(1)]),
            LatestRead(view: store.view.id, keys: []),
            LatestRead(view: store.view.id, keys: drivers.map(StorageUnderTest.key)),
        ])
        #expect(found[0][0]?.cells.cells == [0: .int(1)] && found[1].entries.isEmpty)
        for (index, driver) in drivers.enumerated() {
            #expect(found[2][index]?.cells.cells == (driver % 3 == 0 ? nil : [0: .int(driver)]), "\(driver)")
        }
    }

    /// It writes as many cells as the row holds, but not the same ones.
    @Test(arguments: Engine.allCases)
    func writerOfAnOlderDeclarationTakesNoNewColumnAway(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        let (key, old) = (StorageUnderTest.key(1), store.view)
        var definitions = StorageUnderTest.definitions
        definitions.featureViews[0].features[1] = .init("fare", .float64)
        _ = try await store.registry.apply(
            ApplyRequest(definitions: definitions, allowDestructive: true), at: Timestamp(microseconds: 0))
        let new = try store.registry.snapshot.view("stats")
        func write(_ view: ViewVersion, _ names: [String], event: Int64) async throws {
            let ordinals = names.map { view[$0]?.ordinal ?? -1 }.sorted()
            let cells = PackedRow(ordinals.map { (ordinal: $0, value: Value.int(event)) })
            let row = PendingRow(key: key, event: Timestamp(microseconds: event), cells: cells)
            _ = try await store.storage.write([WriteBatch(view: view, rows: [row])], at: Timestamp(microseconds: 0))
        }
        func held() async throws -> [Int: Value]? {
            try await store.storage.latest([LatestRead(view: new.id, keys: [key])])[0][0]?.cells.cells
        }
        try await write(new, ["trips", "note", "fare"], event: 10)
        try await write(old, ["trips", "rate", "note"], event: 20)
        #expect(try await held() == [0: .int(20), 1: .int(20), 2: .int(20), 3: .int(10)])
    }

    /// Columns that are not written stay; null is a value.
    @Test(arguments: Engine.allCases)
    func absentIsNotNull(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        try await store.write(["trips": .int(1), "rate": .double(0.5)], event: 10)
        try await store.write(["rate": .null], event: 20)
        try await store.write(["note": .text("late")], event: 5)
        let all: [String: Value] = ["trips": .int(1), "rate": .null, "note": .text("late")]
        #expect(try await store.latest() == all)
        #expect(try await store.held(at: 20) == all)
        #expect(try await store.held(at: 19) == ["trips": .int(1), "rate": .double(0.5), "note": .text("late")])
        #expect(try await store.held(at: 9) == ["note": .text("late")])
    }

    @Test(arguments: Engine.allCases)
    func nothingWrittenBeforeATombstoneComesBack(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        try await store.write(["trips": .int(1), "rate": .double(1)], event: 10)
        try await store.write([:], event: 20, deleted: true)
        #expect(try await store.latest() == [:])
        #expect(try await store.held(at: 19) == ["trips": .int(1), "rate": .double(1)])
        #expect(try await store.held(at: 20) == [:])
        try await store.write(["rate": .double(2)], event: 15)
        #expect(try await store.latest() == [:])
        try await store.write(["trips": .int(3)], event: 30)
        try await store.write(["note": .text("late")], event: 12)
        #expect(try await store.latest() == ["trips": .int(3)])
        #expect(try await store.held(at: 30) == ["trips": .int(3)])
        #expect(
            try await store.held(at: 16) == ["trips": .int(1), "rate": .double(2), "note": .text("late")])
    }

    /// A request that is sent again writes nothing; a correction and its correction do.
    @Test(arguments: Engine.allCases)
    func sameRowAgainIsNoRow(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        #expect(try await store.write(["trips": .int(1)], event: 10, now: 100).written == 1)
        #expect(try await store.write(["trips": .int(1)], event: 10, now: 200) == WriteOutcome(replayed: 1))
        #expect(try await store.write(["trips": .int(2)], event: 10, now: 300).written == 1)
        #expect(try await store.write(["trips": .int(1)], event: 10, now: 400).written == 1)
        #expect(try await store.latest() == ["trips": .int(1)])
        #expect(try await store.held(at: 10, knownAt: 350) == ["trips": .int(2)])
        #expect(try await store.write(["trips": .int(7)], event: 11, created: 5).written == 1)
        #expect(try await store.write(["trips": .int(8)], event: 11, created: 6).written == 1)
        #expect(try await store.write(["trips": .int(7)], event: 11, created: 5) == WriteOutcome(replayed: 1))
        #expect(try await store.latest() == ["trips": .int(8)])
    }

    /// The machine's clock steps back; a correction still counts after what it corrects.
    @Test(arguments: Engine.allCases)
    func timeOfWritingNeverGoesBack(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        try await store.write(["trips": .int(1)], event: 10, now: 1000)
        try await store.write(["trips": .int(2)], event: 10, now: 10)
        #expect(try await store.latest() == ["trips": .int(2)])
        #expect(try await store.held(at: 10) == ["trips": .int(2)])
    }

    @Test(arguments: Engine.allCases)
    func entitiesAreKeptApartAndReadInOrder(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        for driver in [3, -1, 2] as [Int64] { try await store.write(["trips": .int(driver)], event: 1, driver: driver) }
        let keys = [2, 9, -1, 3].map { StorageUnderTest.key($0) }
        let rows = try await store.storage.latest([LatestRead(view: store.view.id, keys: keys)])[0]
        #expect((0..<4).map { rows[$0]?.cells.cells[0] } == [.int(2), nil, .int(-1), .int(3)])
    }

    @Test(arguments: Engine.allCases)
    func erasedEntityIsGoneAndNoted(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        try await store.write(["trips": .int(1)], event: 1)
        try await store.write(["trips": .int(2)], event: 2)
        try await store.write(["trips": .int(5)], event: 2, driver: 5)
        let erasure = Erasure(views: [store.view.id], key: StorageUnderTest.key(1), reason: "asked", actor: "ann")
        #expect(try await store.storage.erase(erasure, at: Timestamp(microseconds: 9)) == 2)
        #expect(try await store.latest() == [:])
        #expect(try await store.held(at: .max) == [:])
        #expect(try await store.latest(driver: 5) == ["trips": .int(5)])
        let notes = try await store.storage.erasures(limit: 10)
        #expect(notes.map(\.rows) == [2] && notes[0].reason == "asked" && notes[0].actor == "ann")
        // `printf '\x80\0\0\0\0\0\0\1' | sha256sum`
        #expect(notes[0].keyDigest.count == 64)
    }

    /// Of writers to one key the greatest row wins, whoever commits last.
    @Test(arguments: Engine.allCases)
    func writersAtOnceLeaveTheGreatestRow(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(engine)
        let orders = (0..<200).map { (event: Int64($0 % 20), created: Int64($0)) }.shuffled()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for order in orders {
                group.addTask {
                    try await store.write(["trips": .int(order.created)], event: order.event, created: order.created)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.latest() == ["trips": .int(199)])
        #expect(try await store.held(at: 7) == ["trips": .int(187)])
    }

    @Test(arguments: Engine.allCases)
    func valuesAtTheEdgesComeBackAsTheyWere(_ engine: Engine) async throws {
        let store = try await StorageUnderTest(
            engine,
            definitions: FeatureDefinitions(
                entities: [EntityDefinition(name: "e", joinKeys: [.init(name: "k", type: .int64)])],
                featureViews: [
                    FeatureViewDefinition(
                        name: "wide", entities: ["e"],
                        features: (0..<40).map { .init("f\($0)", .int64) })
                ]))
        let values: [Value] = [
            .int(.min), .int(.max), .int(0), .double(-.zero), .double(.leastNonzeroMagnitude),
            .double(.greatestFiniteMagnitude), .float(.greatestFiniteMagnitude), .text(""), .text("a\u{0}b"),
            .text(String(repeating: "ß", count: 5000)), .bytes([]), .bytes([0, 255]), .list([]),
            .list([.float(1), .float(-2)]), .list([.int(.min), .text("x"), .list([.bool(true)])]), .null, .bool(false),
        ]
        // Far apart, so that the distance between cells is written in full.
        let cells = Dictionary(uniqueKeysWithValues: values.enumerated().map { ("f\($0 * 39 / 16)", $1) })
        try await store.write(cells, event: 1)
        #expect(try await store.latest() == cells)
        #expect(try await store.held(at: 1) == cells)
    }
}
