import FeatureStore
import ServiceAPI
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.000001Z", 1),
        ("1969-12-31T23:59:59.999999Z", -1),
        // `date -u -d 2024-02-29T12:00:00Z +%s`
        ("2024-02-29T12:00:00Z", 1_709_208_000_000_000),
        ("2024-02-29T14:00:00+02:00", 1_709_208_000_000_000),
        ("2024-02-29T07:00:00-05:00", 1_709_208_000_000_000),
        ("2024-02-29 12:00:00", 1_709_208_000_000_000),
        ("2024-02-29t12:00:00z", 1_709_208_000_000_000),
        // Below the microsecond: cut off, not rounded.
        ("2024-02-29T12:00:00.1234569Z", 1_709_208_000_123_456),
        ("2024-02-29T12:00:00.5Z", 1_709_208_000_500_000),
        // A leap second is the second that follows.
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
        ("9999-12-31T23:59:59Z", 253_402_300_799_000_000),
    ])
    func textIsRead(text: String, microseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2024", "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z",
        "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:61Z", "2024-01-01T00:00:00.Z",
        "2024-01-01T00:00:00+0200", "2024-01-01T00:00:00Z ", "2024-01-01T00:00:00+24:00", "٢٠٢٤-01-01T00:00:00Z",
        "2024-01-01", "-2024-01-01T00:00:00Z",
    ])
    func otherTextIsRefused(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func textSortsAsTimeDoes() {
        let times = [-1, 0, 1, 999_999, 1_000_000, 1_709_208_000_123_456].map { Timestamp(microseconds: $0) }
        #expect(times.map(\.description) == times.map(\.description).sorted())
        for time in times { #expect(Timestamp(rfc3339: time.description) == time) }
        #expect(Timestamp(microseconds: 1_709_208_000_123_456).description == "2024-02-29T12:00:00.123456Z")
    }

    @Test func everyDayOfFourCenturiesReadsBack() {
        for day in stride(from: -146_097 as Int64, through: 146_097, by: 1) {
            #expect(CivilDate(daysSinceEpoch: day).daysSinceEpoch == day)
        }
    }
}

@Suite struct EntityKeyTests {
    @Test func keysDoNotRunIntoEachOther() {
        let text = EntityDefinition.JoinKey(name: "a", type: .string)
        let number = EntityDefinition.JoinKey(name: "b", type: .int64)
        #expect(EntityKey([.text("1"), .text("12")]) != EntityKey([.text("11"), .text("2")]))
        #expect(EntityKey([.text(""), .text("x")]) != EntityKey([.text("x"), .text("")]))
        for values in [[Value.text("é"), .int(.min)], [.text(""), .int(.max)], [.text("a\u{0}"), .int(-1)]] {
            #expect(EntityKey(values).values([text, number]) == values)
        }
        #expect(EntityKey(bytes: [0, 0, 0, 9, 1]).values([text, number]) == nil)
    }

    @Test func bytesOfNumbersSortAsTheNumbersDo() {
        let numbers: [Int64] = [.min, -256, -1, 0, 1, 255, 256, .max]
        let keys = numbers.map { EntityKey([.int($0)]).bytes }
        #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
    }
}
