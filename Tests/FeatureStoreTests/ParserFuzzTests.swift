import FeatureStore
import FeatureStoreFuzzing
import Foundation
import NIOCore
import ServiceTesting
import Testing

/// The fuzzer's targets without the fuzzer: its seeds, and its seeds changed at random.
@Suite struct ParserFuzzTests {
    @Test(arguments: FuzzTarget.allCases)
    func seedsAndWhatTheyBecomeKeepTheInvariants(_ target: FuzzTarget) async throws {
        let folder = try TemporaryFolder()
        let registry = try await FuzzTarget.registry(in: folder.path)
        let seeds = Repository.root + "/Tests/Fuzz/FeatureStore/Seeds/" + target.rawValue
        let inputs = try FileManager.default.contentsOfDirectory(atPath: seeds).sorted().map {
            try [UInt8](Data(contentsOf: URL(filePath: seeds + "/" + $0)))
        }
        #expect(!inputs.isEmpty)
        var random = SplitMix(seed: 20_261_126)
        for _ in 0..<300 {
            for input in inputs {
                var changed = input
                for _ in 0..<Int.random(in: 0...4, using: &random) where !changed.isEmpty {
                    let place = Int.random(in: 0..<changed.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: changed[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: changed.remove(at: place)
                    default: changed.insert(inputs[0][place % inputs[0].count], at: place)
                    }
                }
                // It ends the process where something does not hold.
                changed.withUnsafeBufferPointer { target.run($0, registry) }
            }
        }
    }

    /// The seeds are what they are meant to be: what a route takes.
    @Test func everyRequestSeedIsTaken() async throws {
        let folder = try TemporaryFolder()
        let registry = try await FuzzTarget.registry(in: folder.path)
        let seeds = Repository.root + "/Tests/Fuzz/FeatureStore/Seeds/request"
        for name in try FileManager.default.contentsOfDirectory(atPath: seeds) {
            let bytes = try [UInt8](Data(contentsOf: URL(filePath: seeds + "/" + name)))
            let route = try #require(RequestParsing(rawValue: bytes[0]))
            #expect(throws: Never.self, "\(name)") {
                try route.read(
                    .init(bytes: bytes.dropFirst()), registry.snapshot, now: Timestamp(microseconds: 0))
            }
        }
    }
}
