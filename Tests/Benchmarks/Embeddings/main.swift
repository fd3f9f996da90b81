// Embeddings per second through nlp and inference over HTTP, against the bare OpenVINO engine in the same process.
//
//     make plugins
//     swift run -c release benchmark-embeddings [rounds]
//
// Both sides get the same texts in the same batches and take turns. The services tokenize, carry tensors over HTTP, pool,
// normalise and write JSON; the engine gets token ids and leaves hidden states. Two clients keep the services busy, as one
// engine call keeps the engine busy. A ratio of 1 would mean that everything but the engine is free.
import BenchmarkEngine
import FoundationEssentials
import Glibc
import ModelImport
import NIOCore
import ServiceTesting

struct Sample {
    var served: Double
    var bare: Double
}

func seconds(_ work: () async throws -> Void) async rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try await work()
    let duration = start.duration(to: clock.now)
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Mean of each row's token vectors, of length 1: what the services answer.
func pooled(_ hidden: UnsafeBufferPointer<Float>, _ batch: TokenBatch, width: Int) -> [[Float]] {
    (0..<batch.rows).map { row in
        var sum = [Float](repeating: 0, count: width)
        for token in 0..<batch.width {
            for index in 0..<width { sum[index] += hidden[(row * batch.width + token) * width + index] }
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return sum.map { $0 / length }
    }
}

func checkEqual(_ answer: Data, _ expected: [[Float]]) throws {
    let vectors = try JSONDecoder().decode([[Float]].self, from: answer)
    for (vector, peer) in zip(vectors, expected) {
        let cosine = zip(vector, peer).reduce(Float(0)) { $0 + $1.0 * $1.1 }
        guard vectors.count == expected.count, cosine > 0.99999 else {
            throw Services.Failure(description: "services and engine disagree: cosine \(cosine)")
        }
    }
}

func measure(_ workload: Workload, rounds: Int, _ services: Services, _ engine: BareEngine) async throws -> [Sample] {
    let texts = workload.texts
    let body = try Services.request(texts)
    let batch = TokenBatch(try await services.tokenIDs(of: texts))
    guard batch.width == workload.tokens, batch.ids.count == batch.rows * batch.width else {
        throw Services.Failure(description: "the texts have \(batch.width) tokens, not \(workload.tokens)")
    }
    let width = 384
    try checkEqual(
        Data((try await services.embed(body)).readableBytesView), pooled(try engine.run(batch), batch, width: width))

    var samples: [Sample] = []
    for _ in 0..<rounds {
        let bare = try await seconds {
            for _ in 0..<workload.requests { _ = try engine.run(batch) }
        }
        let served = try await seconds {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask { for _ in 0..<workload.requests / 2 { try await services.embed(body) } }
                }
                try await group.waitForAll()
            }
        }
        let embeddings = Double(workload.requests * workload.batchSize)
        samples.append(Sample(served: embeddings / served, bare: embeddings / bare))
    }
    return samples
}

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 15
guard let cache = ProcessInfo.processInfo.environment["QUINION_CACHE"] else {
    print("QUINION_CACHE is not set: run this by `make bench`")
    exit(78)
}
let plugins = "\(Repository.root)/.build/plugins"
let folder = FileManager.default.temporaryDirectory.path + "/benchmark-embeddings-\(UUID().uuidString)"
defer { try? FileManager.default.removeItem(atPath: folder) }

let imported = try await ModelImporter(
    source: "\(cache)/models/all-MiniLM-L6-v2", repository: "\(folder)/models"
).run()
try FileManager.default.copyItem(atPath: "\(plugins)/libquinion_openvino.so", toPath: "\(folder)/bare.so")
let engine = try BareEngine(
    plugin: "\(folder)/bare.so",
    model: "\(imported.path)/1/\(imported.entry.file)",
    processors: ProcessInfo.processInfo.activeProcessorCount
)

print("batch × tokens   nlp → inference   bare engine   ratio (median of \(rounds); quartiles)")
try await Services.run(repository: "\(folder)/models", model: imported.entry.name, plugins: plugins) { services in
    for workload in [
        Workload(batchSize: 8, tokens: 128, requests: 10), Workload(batchSize: 32, tokens: 64, requests: 6),
        Workload(batchSize: 8, tokens: 32, requests: 40), Workload(batchSize: 1, tokens: 16, requests: 200),
    ] {
        let samples = try await measure(workload, rounds: rounds, services, engine)
        let ratios = samples.map { $0.served / $0.bare }.sorted()
        func two(_ value: Double) -> String {
            let hundredths = Int((value * 100).rounded())
            return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
        }
        func cell(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        print(
            cell("\(workload.batchSize) × \(workload.tokens)", 14),
            cell("\(Int(median(samples.map(\.served))))/s", 17),
            cell("\(Int(median(samples.map(\.bare))))/s", 13),
            cell(two(median(ratios)), 7),
            " (\(two(ratios[ratios.count / 4]))–\(two(ratios[ratios.count * 3 / 4])))"
        )
    }
}
