import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceTesting
import Testing

/// Bodies that were valid once, changed at random: each is answered, none with a fault of the store.
///
/// More seconds come from `QUINION_FUZZ_SECONDS`, the seed from `QUINION_FUZZ_SEED`; a failure names its seed and body.
@Suite struct RequestFuzzTests {
    /// Bodies that are tried however long it takes.
    private static let least = 150
    private static let environment = ProcessInfo.processInfo.environment

    private static let definitions = """
        {"definitions":{
          "entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
          "feature_views":[
            {"name":"all","entities":["driver"],"ttl":"1h","features":[
              {"name":"i","type":"int64"},{"name":"s","type":"int32"},{"name":"d","type":"float64"},
              {"name":"f","type":"float32"},{"name":"t","type":"string"},{"name":"b","type":"bool"},
              {"name":"y","type":"bytes"},{"name":"z","type":"timestamp"},{"name":"c","type":"date"},
              {"name":"j","type":"json"},{"name":"v","type":"list<float32>"}]}],
          "feature_services":[{"name":"a","features":["all"]}],
          "push_sources":[{"name":"p","feature_views":["all"]}]}}
        """

    /// Route, media type and a body that it takes.
    private static let seeds: [(path: String, type: String, body: String)] = [
        (
            "/v1/features/online", "application/json",
            #"{"features":["all:i","all@v1:v"],"services":["a"],"entities":{"driver_id":[1,2,-9223372036854775808]},"full_feature_names":true,"include_expired":true}"#
        ),
        (
            "/v1/features/online", "application/json",
            #"{"features":["all"],"entities":[{"driver_id":1},{"driver_id":2}]}"#
        ),
        (
            "/v1/features/rows", "application/json",
            #"{"view":"all","mode":"merge","source":"x","rows":[{"entity":{"driver_id":1},"event_time":"2026-01-01T00:00:00.123456+01:00","created_time":"2026-01-01 00:00:00","values":{"i":1,"s":-2147483648,"d":1.5e300,"f":0.1,"t":"\u00e4\ud83d\ude00","b":true,"y":"AAE=","z":"2026-01-01T00:00:00Z","c":"2024-02-29","j":{"a":[1,null]},"v":[1,2.5,-3e-3]}},{"entity":{"driver_id":2},"event_time":"2026-01-01T00:00:00Z","deleted":true}]}"#
        ),
        ("/v1/features/erase", "application/json", #"{"entity":{"driver_id":77},"reason":"r","actor":"a"}"#),
        ("/v1/features/plan", "application/json", definitions),
        (
            "/get-online-features", "application/json",
            #"{"features":["all:i","all:t"],"entities":{"driver_id":[1,2]},"full_feature_names":false,"feature_service":null}"#
        ),
        (
            "/push", "application/json",
            #"{"push_source_name":"p","df":{"driver_id":[1,2],"i":[1,null],"t":"one for all","d":{"0":1,"1":2},"event_timestamp":["2022-05-13 10:59:42+00:00","2021-05-13 10:59:42"]},"to":"online_and_offline"}"#
        ),
        (
            "/write-to-online-store", "application/json",
            #"{"feature_view_name":"all","df":{"driver_id":[1],"v":[[1,2,3]],"event_timestamp":["2026-01-01T00:00:00"],"created":[null]}}"#
        ),
        (
            "/search", "application/json",
            #"{"features":["all:v"],"query":[1,2,3],"top_k":3,"distance_metric":"cosine","filters":{"type":"and","filters":[{"type":"gte","key":"i","value":0},{"type":"in","key":"t","value":["a","b"]}]}}"#
        ),
        (
            "/materialize", "application/json",
            #"{"start_ts":"2026-01-01T00:00:00Z","end_ts":"2026-02-01T00:00:00Z","feature_views":["all"]}"#
        ),
        (
            "/v1/datasets?features=all&include=status,event_time", "text/csv",
            "label,driver_id,event_timestamp\n\"a,\"\"b\"\"\",1,2026-01-01T00:00:00Z\r\nx,2,2026-01-01T00:00:00.5+02:00\n"
        ),
        (
            "/v1/datasets?features=all:i", "application/x-ndjson",
            "{\"driver_id\":1,\"event_timestamp\":\"2026-01-01T00:00:00Z\"}\n{\"driver_id\":2,\"event_timestamp\":\"2026-01-01T00:00:00Z\",\"x\":[{}]}\n"
        ),
        (
            "/v1/dead-letters/replay", "application/json",
            #"{"step":"embed","class":"busy","code":"x","limit":5,"documents":["abcd"]}"#
        ),
    ]

    private static let tokens = [
        "null", "true", "-0", "1e999", "-9223372036854775809", "0.1e-400", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "[]",
        "{}", "[[[[[[",
        "\u{0}", "NaN", "9999-12-31T23:59:60Z", "0000-00-00", "driver_id", "event_timestamp", ",", ":", "\n", "\"",
        "\\",
    ].map { Array($0.utf8) }

    @Test func changedBodiesAreAnswered() async throws {
        let seconds = Self.environment["QUINION_FUZZ_SECONDS"].flatMap(Double.init) ?? 0
        let seed = Self.environment["QUINION_FUZZ_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
        var random = SplitMix(seed: seed)
        let folder = try TemporaryFolder()
        try await StoreUnderTest.run(in: folder) { store in
            #expect(try await store.post("/v1/features/apply", Self.definitions).status == 200)
            for (path, type, body) in Self.seeds where path != "/materialize" {
                let answer = try await store.send(.POST, path, Array(body.utf8), headers: [("Content-Type", type)])
                #expect(
                    answer.status < 400 || path.hasPrefix("/v1/dead"), "\(path): \(answer.status) \(answer.message)")
            }
            let end = ContinuousClock.now + .seconds(seconds)
            var count = 0
            while count < Self.least || .now < end {
                let (path, type, body) = Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &random)]
                let changed = Self.changed(Array(body.utf8), using: &random)
                let answer = try await store.send(.POST, path, changed, headers: [("Content-Type", type)])
                #expect(
                    answer.status < 500,
                    "seed \(seed), \(path): \(answer.status) \(answer.message) to \(String(decoding: changed, as: UTF8.self))"
                )
                count += 1
            }
            #expect(try await store.send(.GET, "/health/ready").status == 200)
        }
    }

    private static func changed(_ body: [UInt8], using random: inout SplitMix) -> [UInt8] {
        var bytes = body
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            guard !bytes.isEmpty else { return bytes }
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 1...12, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: tokens[Int.random(in: 0..<tokens.count, using: &random)], at: place)
            case 3: bytes.replaceSubrange(place..<end, with: tokens[Int.random(in: 0..<tokens.count, using: &random)])
            case 4: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
            default: bytes.removeLast(bytes.count - place)
            }
        }
        return bytes
    }
}
