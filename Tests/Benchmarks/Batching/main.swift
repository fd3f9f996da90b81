// What batching gives and costs: three settings of one model on one server, and the bare engine, in one process.
//
//     make plugins
//     swift run -c release benchmark-batching [rounds [alone|saturated|mixed]]
//
// `alone` runs each request by itself; `length` is what the importer writes: ragged batches cut by measured costs;
// `arrival` fills batches in order of arrival up to the same bounds, as text-embeddings-inference does. Sides take turns,
// and a ratio is the median over the rounds.
import BenchmarkEngine
import FoundationEssentials
import Glibc
import ModelImport
import ServiceTesting

/// Prints a line at once, into a file too: the whole takes minutes.
func print(_ words: String...) {
    Swift.print(words.joined(separator: " "))
    fflush(nil)
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func text(_ value: Double, _ digits: Int = 2) -> String {
    let scale = digits == 0 ? 1.0 : digits == 1 ? 10.0 : digits == 2 ? 100.0 : 1000.0
    return "\((value * scale).rounded() / scale)"
}

/// Settings of the imported model under three names; its weights are linked, not copied.
func addVariants(of imported: ImportedModel, to repository: String) throws {
    let config = String(
        decoding: try Data(contentsOf: URL(filePath: "\(repository)/length/config.json")), as: UTF8.self)
    let variants = [
        ("alone", "\"dynamic_batching\" : {\n\n  },", ""),
        ("arrival", "\"axis\" : \"sequence\",", "\"axis\" : \"sequence\", \"grouping\" : \"arrival\","),
    ]
    for (name, old, new) in variants {
        guard config.contains(old) else { throw ModelServer.Failure(description: "config.json has no \(old)") }
        let folder = "\(repository)/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/1", withDestinationPath: "\(repository)/length/1")
        let changed = config.replacing(old, with: new).replacing(
            "\"name\" : \"length\"", with: "\"name\" : \"\(name)\"")
        try Data(changed.utf8).write(to: URL(filePath: "\(folder)/config.json"))
    }
}

/// An engine whose threads have slept takes longer than one that is called at once again, so the engine's own time is
/// that of the very same requests, from the server's statistics; `added` is what a client waits beside it.
func compareAlone(_ server: ModelServer, _ engine: BareEngine, rounds: Int) async throws {
    print(
        "\none client, ms      engine in a loop   engine of these   p50 alone   added, mean   p50 batching on   ratio")
    for length in [16, 128] {
        let batch = TokenBatch([(0..<length).map { Int64(1000 + $0) }])
        let message = try ModelServer.message(rows: 1, length: length)
        var (bare, inside, alone): ([Double], [Double], [Double]) = ([], [], [])
        var (added, batched, ratios): ([Double], [Double], [Double]) = ([], [], [])
        for _ in 0..<rounds {
            let requests = length == 16 ? 200 : 60
            let before = try await server.computed("alone")
            let off = try await OneClient(server.url, "alone", message).run(requests: requests)
            let after = try await server.computed("alone")
            let on = try await OneClient(server.url, "length", message).run(requests: requests)
            bare.append(
                try median(
                    (0..<requests).map { _ in
                        let start = ContinuousClock.now
                        _ = try engine.run(batch)
                        return (ContinuousClock.now - start) / .milliseconds(1)
                    }))
            inside.append(Double(after.nanoseconds - before.nanoseconds) / Double(after.count - before.count) / 1e6)
            alone.append(off.percentile(0.5))
            added.append(off.mean - inside[inside.count - 1])
            batched.append(on.percentile(0.5))
            ratios.append(on.percentile(0.5) / off.percentile(0.5))
        }
        print(
            "  1 × \(length)",
            [bare, inside, alone, added, batched, ratios].map { text(median($0), 3) }.joined(separator: " "))
    }
}

func compareMixed(_ server: ModelServer, rounds: Int) async throws {
    let lengths = try MixedLengths(count: 300)
    // Teaches the cost table, and finds what the peer can do.
    _ = try await lengths.openLoop(server, "length", rate: 1000)
    let capacity = try await lengths.openLoop(server, "arrival", rate: 1000).throughput
    print("\n16 to 512 tokens, open loop     arrival   length   ratio")
    for (title, share) in [("twice its capacity", 2.0), ("80 % of its capacity", 0.8)] {
        var (peers, ours): ([Outcome], [Outcome]) = ([], [])
        for _ in 0..<rounds {
            peers.append(try await lengths.openLoop(server, "arrival", rate: capacity * share))
            ours.append(try await lengths.openLoop(server, "length", rate: capacity * share))
        }
        func row(_ name: String, _ value: (Outcome) -> Double) {
            let ratios = zip(ours, peers).map { value($0) / value($1) }
            print(
                "  \(title), \(name)", text(median(peers.map(value)), 1), text(median(ours.map(value)), 1),
                text(median(ratios)))
        }
        row("answers/s") { $0.throughput }
        row("p50 ms") { $0.percentile(0.5) }
        row("p99 ms") { $0.percentile(0.99) }
    }
}

func compareEngine(_ server: ModelServer, _ engine: BareEngine, rounds: Int) async throws {
    let batch = TokenBatch((0..<8).map { row in (0..<128).map { Int64(1000 + row * 128 + $0) } })
    var (bare, served, ratios): ([Double], [Double], [Double]) = ([], [], [])
    for _ in 0..<rounds {
        let start = ContinuousClock.now
        for _ in 0..<20 { _ = try engine.run(batch) }
        bare.append(160 / ((ContinuousClock.now - start) / .seconds(1)))
        let outcome = try await closedLoop(server, "length", clients: 2, requests: 20, rows: 8, length: 128)
        served.append(8 * outcome.throughput)
        ratios.append(served[served.count - 1] / bare[bare.count - 1])
    }
    print("\n8 × 128, saturated, rows/s     engine   served   ratio")
    print("  ", text(median(bare), 1), text(median(served), 1), text(median(ratios), 3))
}

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 7
let part = CommandLine.arguments.dropFirst(2).first
guard let cache = ProcessInfo.processInfo.environment["QUINION_CACHE"] else {
    print("QUINION_CACHE is not set: run this by `make bench`")
    exit(78)
}
let plugins = "\(Repository.root)/.build/plugins"
let folder = FileManager.default.temporaryDirectory.path + "/benchmark-batching-\(UUID().uuidString)"
defer { try? FileManager.default.removeItem(atPath: folder) }

let imported = try await ModelImporter(
    source: "\(cache)/models/all-MiniLM-L6-v2", repository: "\(folder)/models", name: "length"
).run()
try addVariants(of: imported, to: "\(folder)/models")
try FileManager.default.copyItem(atPath: "\(plugins)/libquinion_openvino.so", toPath: "\(folder)/bare.so")
let engine = try BareEngine(
    plugin: "\(folder)/bare.so", model: "\(imported.path)/1/\(imported.entry.file)",
    processors: ProcessInfo.processInfo.activeProcessorCount)

print("MiniLM-L6, medians of \(rounds) rounds")
try await ModelServer.run(repository: "\(folder)/models", plugins: plugins) { server in
    if part ?? "alone" == "alone" { try await compareAlone(server, engine, rounds: rounds) }
    if part ?? "saturated" == "saturated" { try await compareEngine(server, engine, rounds: rounds) }
    if part ?? "mixed" == "mixed" { try await compareMixed(server, rounds: rounds) }
}
