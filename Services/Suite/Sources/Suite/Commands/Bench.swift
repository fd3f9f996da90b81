import ArgumentParser
import Foundation
import ServiceAPI

/// `quinion bench MODEL`: how fast a served model is, and what of that the server costs.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure a model on a running server of the Open Inference Protocol.",
        discussion: """
            A closed loop keeps so many requests under way (--concurrency); an open loop sends them at moments that do not
            depend on the answers (--rate, requests a second), and counts a request's time from when it was due.

              quinion bench all-MiniLM-L6-v2 --shape 8,128 --concurrency 1,2,4,8
              quinion bench all-MiniLM-L6-v2 --shape 8,128 --engine    beside the engine alone, in this process
              quinion bench sigmoid --format json --rate 500,1000 --json result.json

            QUEUE, COMPUTE and BATCH are the server's own account of the same requests, from its statistics before and
            after. OF ENGINE is the throughput as a share of the bare engine's, which runs for half of the time before a
            load and for half after it. The client shares the machine's processors with what it measures.
            """)

    @Argument(help: "The model's name.")
    var model: String

    @Option(help: "A version of it; by default the server chooses.")
    var version: Int?

    @Option(help: .init("Where the server answers.", valueName: "url"))
    var url = "http://127.0.0.1:8084"

    @Option(
        help: .init(
            "Requests under way, one load after the other (default: 1,2,4,8 unless --rate is given).", valueName: "n,n…"
        ))
    var concurrency: String?

    @Option(help: .init("Requests a second, one load after the other.", valueName: "n,n…"))
    var rate: String?

    @Option(help: .init("Seconds that a load is measured.", valueName: "s"))
    var duration = 5.0

    @Option(help: .init("Seconds of the same load before, not measured.", valueName: "s"))
    var warmup = 1.0

    @Option(
        help: .init(
            "Dimensions of an input, free or not: NAME:D,D… for one input or D,D… for all; may be repeated.",
            valueName: "shape"))
    var shape: [String] = []

    @Option(help: "How tensors travel, both ways: binary or json.")
    var format = RequestFormat.binary

    @Flag(help: "Load the model in this process too, with its configuration, and compare.")
    var engine = false

    @Option(help: .init("The model repository for --engine; by default that of quinion serve.", valueName: "folder"))
    var repository: String?

    @Option(help: .init("The backends' plugins for --engine; by default those beside quinion.", valueName: "folder"))
    var plugins: String?

    @Option(help: .init("Write the result as JSON to a file, - for standard output.", valueName: "file"))
    var json: String?

    func validate() throws {
        guard duration > 0, duration <= 3600 else {
            throw ValidationError("--duration takes more than 0 and at most 3600")
        }
        guard warmup >= 0, warmup <= 3600 else { throw ValidationError("--warmup takes 0 to 3600") }
        _ = try loads()
        _ = try shape.map(ShapeOption.init)
    }

    func run() async throws {
        let terminal = Terminal.standard
        let loads = try loads()
        let concurrency = loads.compactMap(\.concurrency).max() ?? BenchTarget.openLoopConnections
        let outcome = try await BenchTarget.with(url: url, model: model, version: version, connections: concurrency) {
            target in
            let metadata = try await target.metadata()
            let tensors = try SampleTensors(metadata.inputs, shapes: shape.map(ShapeOption.init)).tensors
            let request = try BenchRequest(tensors, format: format)
            let bare = engine ? try await loadEngine() : nil
            var rows: [BenchResult.Row] = []
            for load in loads {
                terminal.progress("\(load): measuring")
                rows.append(
                    try await LoadRun(
                        load: load, target: target, request: request, tensors: tensors, engine: bare,
                        duration: duration,
                        warmup: warmup
                    ).run())
            }
            terminal.clearProgress()
            await bare?.close()
            return BenchResult(
                model: model, platform: metadata.platform, url: url, format: format.rawValue, duration: duration,
                inputs: tensors.map { .init(name: $0.name, datatype: $0.datatype.rawValue, shape: $0.shape) },
                rows: rows)
        }
        if json != "-" { outcome.print(to: terminal) }
        if let json { try outcome.write(to: json) }
        if outcome.rows.contains(where: { $0.served.requests == 0 }) { throw ExitStatus.failed }
    }

    private func loadEngine() async throws -> BenchEngine {
        guard let folder = plugins ?? Engines.plugins else {
            throw CommandError(ExitStatus.noInput, "there are no plugins beside quinion: give --plugins")
        }
        return try await BenchEngine.load(
            repository: repository ?? DataFolder(configured: nil).models, model: model, version: version,
            plugins: folder)
    }

    private func loads() throws -> [BenchLoad] {
        guard concurrency == nil || rate == nil else {
            throw ValidationError("--concurrency and --rate are two kinds of load: give one")
        }
        if let rate {
            return try Self.numbers(rate, "--rate", 0.001...1_000_000) { Double($0) }.map { BenchLoad.rate($0) }
        }
        return try Self.numbers(concurrency ?? "1,2,4,8", "--concurrency", 1...1024) { Int($0) }.map {
            BenchLoad.concurrency($0)
        }
    }

    private static func numbers<Number: Comparable>(
        _ text: String, _ option: String, _ range: ClosedRange<Number>, _ number: (Substring) -> Number?
    ) throws -> [Number] {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap(number).filter(range.contains)
        guard numbers.count == parts.count, numbers.count <= 64 else {
            throw ValidationError(
                "\(option) takes numbers from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return numbers
    }
}

extension RequestFormat: ExpressibleByArgument {}
