import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import Testing

/// The columns of bytes of `POST /v1/features/online`, read as the README says.
@Suite struct OnlineColumnsTests {
    private struct Head: Decodable {
        struct Column: Decodable {
            var name: String
            var feature: String
            var type: String
            var status: Int
            var event_time: Int
            var created_time: Int
            var values: Int
            var offsets: Int?
            var list_offsets: Int?
        }

        var as_of: Int64
        var rows: Int
        var statuses: [String]
        var columns: [Column]
    }

    /// An answer taken apart.
    private struct Columns {
        let head: Head
        private let body: [UInt8]

        init(_ answer: ByteBuffer) throws {
            let bytes = Array(answer.readableBytesView)
            #expect(String(decoding: bytes.prefix(4), as: UTF8.self) == "QFC1")
            let length = Int(bytes[4]) | Int(bytes[5]) << 8 | Int(bytes[6]) << 16 | Int(bytes[7]) << 24
            #expect(length % 8 == 0)
            head = try JSONDecoder().decode(Head.self, from: Data(bytes[8..<(8 + length)]))
            body = Array(bytes[(8 + length)...])
        }

        func numbers<T: FixedWidthInteger>(_ offset: Int, _ count: Int, as type: T.Type) -> [T] {
            #expect(offset % 8 == 0)
            return body.withUnsafeBytes { bytes in
                (0..<count).map {
                    T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + $0 * MemoryLayout<T>.size, as: T.self))
                }
            }
        }

        func statuses(_ column: Head.Column) -> [String] {
            numbers(column.status, head.rows, as: UInt8.self).map { head.statuses[Int($0)] }
        }

        func texts(_ column: Head.Column, _ count: Int) throws -> [String] {
            let offsets = numbers(try #require(column.offsets), count + 1, as: UInt32.self).map(Int.init)
            return zip(offsets, offsets.dropFirst()).map {
                String(decoding: body[(column.values + $0)..<(column.values + $1)], as: UTF8.self)
            }
        }
    }

    private static let definitions = """
        {"definitions":{
          "entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
          "feature_views":[
            {"name":"all","entities":["driver"],"ttl":"1h","features":[
              {"name":"big","type":"int64"},{"name":"small","type":"int32"},{"name":"double","type":"float64"},
              {"name":"single","type":"float32"},{"name":"flag","type":"bool"},{"name":"text","type":"string"},
              {"name":"day","type":"date"},{"name":"moment","type":"timestamp"},{"name":"blob","type":"bytes"},
              {"name":"vector","type":"list<float32>"},{"name":"words","type":"list<string>"}]}]}}
        """

    private func run(_ body: (StoreUnderTest) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try await StoreUnderTest.run(in: folder, clock: { Timestamp(rfc3339: "2026-01-01T12:00:00Z")! }) { store in
            let applied = try await store.post("/v1/features/apply", Self.definitions)
            #expect(applied.status == 200, "\(applied.message)")
            let written = try await store.post(
                "/v1/features/rows",
                """
                {"view":"all","rows":[
                  {"entity":{"driver_id":1},"event_time":"2026-01-01T11:30:00Z","values":{
                    "big":-9007199254740993,"small":-7,"double":0.1,"single":0.5,"flag":true,"text":"Grüße",
                    "day":"1970-01-03","moment":"1970-01-01T00:00:01.5Z","blob":"AP8=","vector":[1.5,-2],
                    "words":["a","","bc"]}},
                  {"entity":{"driver_id":2},"event_time":"2026-01-01T10:00:00Z","values":{"big":5,"text":"old"}},
                  {"entity":{"driver_id":3},"event_time":"2026-01-01T11:59:00Z","values":{"big":null,"text":null}}]}
                """)
            #expect(written.status == 200, "\(written.message)")
            try await body(store)
        }
    }

    private func columns(_ store: StoreUnderTest, _ body: String) async throws -> Columns {
        let answer = try await store.send(
            .POST, "/v1/features/online", Array(body.utf8),
            headers: [("Content-Type", "application/json"), ("Accept", "application/vnd.quinion.columns")])
        #expect(answer.status == 200, "\(answer.message)")
        #expect(answer.headers.first(name: "Content-Type") == "application/vnd.quinion.columns")
        return try Columns(answer.body)
    }

    @Test func everyTypeIsReadBack() async throws {
        try await run { store in
            let read = try await columns(
                store, #"{"features":["all"],"entities":{"driver_id":[1,2,3,4,1]}}"#)
            let rows = 5
            #expect(read.head.rows == rows && read.head.as_of == 1_767_268_800_000_000)
            let byName = Dictionary(uniqueKeysWithValues: read.head.columns.map { ($0.name, $0) })
            func column(_ name: String) throws -> Head.Column { try #require(byName[name]) }

            let big = try column("big")
            #expect(big.feature == "all@v1:big" && big.type == "int64")
            #expect(
                read.statuses(big) == ["PRESENT", "OUTSIDE_MAX_AGE", "NULL_VALUE", "NOT_FOUND", "PRESENT"])
            #expect(
                read.numbers(big.values, rows, as: Int64.self)
                    == [-9_007_199_254_740_993, 0, 0, 0, -9_007_199_254_740_993])
            let events = read.numbers(big.event_time, rows, as: Int64.self)
            #expect(events[0] == 1_767_267_000_000_000 && events[3] == .min && events[4] == events[0])
            #expect(read.numbers(big.created_time, rows, as: Int64.self)[0] == 1_767_268_800_000_000)
            #expect(read.numbers(try column("small").values, rows, as: Int32.self) == [-7, 0, 0, 0, -7])
            #expect(
                read.numbers(try column("double").values, rows, as: UInt64.self).map(Double.init(bitPattern:))
                    == [0.1, 0, 0, 0, 0.1])
            #expect(
                read.numbers(try column("single").values, rows, as: UInt32.self).map(Float.init(bitPattern:))
                    == [0.5, 0, 0, 0, 0.5])
            #expect(read.numbers(try column("flag").values, rows, as: UInt8.self) == [1, 0, 0, 0, 1])
            #expect(read.numbers(try column("day").values, rows, as: Int32.self) == [2, 0, 0, 0, 2])
            #expect(read.numbers(try column("moment").values, rows, as: Int64.self) == [1_500_000, 0, 0, 0, 1_500_000])
            #expect(try read.texts(try column("text"), rows) == ["Grüße", "", "", "", "Grüße"])
            let blob = try column("blob")
            #expect(read.numbers(try #require(blob.offsets), rows + 1, as: UInt32.self) == [0, 2, 2, 2, 2, 4])
            #expect(read.numbers(blob.values, 4, as: UInt8.self) == [0, 255, 0, 255])
            let vector = try column("vector")
            #expect(read.numbers(try #require(vector.list_offsets), rows + 1, as: UInt32.self) == [0, 2, 2, 2, 2, 4])
            #expect(
                read.numbers(vector.values, 4, as: UInt32.self).map(Float.init(bitPattern:)) == [1.5, -2, 1.5, -2])
            let words = try column("words")
            #expect(read.numbers(try #require(words.list_offsets), rows + 1, as: UInt32.self) == [0, 3, 3, 3, 3, 6])
            #expect(try read.texts(words, 6) == ["a", "", "bc", "a", "", "bc"])
        }
    }

    @Test func expiredValuesAreThereWhereTheyAreAskedFor() async throws {
        try await run { store in
            let read = try await columns(
                store, #"{"features":["all:text"],"entities":{"driver_id":[2]},"include_expired":true}"#)
            #expect(read.statuses(read.head.columns[0]) == ["OUTSIDE_MAX_AGE"])
            #expect(try read.texts(read.head.columns[0], 1) == ["old"])
        }
    }

    @Test func noRowsAreAnAnswerAndErrorsAreJSON() async throws {
        try await run { store in
            let read = try await columns(store, #"{"features":["all"],"entities":{"driver_id":[]}}"#)
            #expect(read.head.rows == 0 && read.head.columns.count == 11)
            let answer = try await store.send(
                .POST, "/v1/features/online", Array(#"{"features":["none:x"],"entities":{"driver_id":[1]}}"#.utf8),
                headers: [("Content-Type", "application/json"), ("Accept", "application/vnd.quinion.columns")])
            #expect(answer.status == 404 && answer.code == "feature_view_not_found")
        }
    }
}
