import FeatureStore
import ServiceAPI
import Testing

/// Writes that are committed together.
@Suite struct CommitGroupTests {
    /// PostgreSQL refuses a key that is longer than its index entries.
    ///
    /// Keys from outside are shorter, so this one is made past that check.
    @Test func whatOneWriterCannotStoreDoesNotHinderTheOthers() async throws {
        let definitions = FeatureDefinitions(
            entities: [EntityDefinition(name: "city", joinKeys: [.init(name: "city", type: .string)])],
            featureViews: [
                FeatureViewDefinition(name: "places", entities: ["city"], features: [.init("size", .int64)])
            ])
        let store = try await StorageUnderTest(.postgres, definitions: definitions)
        let writer = FeatureWriter(storage: store.storage, clock: { .now() })
        var random = SystemRandomNumberGenerator()
        // Random, because what PostgreSQL can compress it does.
        let tooLong = String(
            (0..<9000).map { _ in Character(UnicodeScalar(UInt8.random(in: 33...126, using: &random))) })
        let outcomes = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
            for number in 0..<40 {
                group.addTask {
                    let key = EntityKey([.text(number == 17 ? tooLong : "city \(number)")])
                    let row = PendingRow(
                        key: key, event: Timestamp(microseconds: 1), cells: PackedRow([(ordinal: 0, value: .int(1))]))
                    do {
                        return (
                            number, try await writer.write([WriteBatch(view: store.view, rows: [row])]).written == 1
                        )
                    } catch let error as FeatureStoreError {
                        #expect(error.code == .storageFailed)
                        return (number, false)
                    }
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(outcomes.filter { !$0.value }.map(\.key) == [17])
        let rows = try await store.storage.scanLatest(view: store.view.id, after: nil, limit: 100)
        #expect(rows.keys.count == 39)
    }
}
