// What a thousand reloads leave behind while clients go on asking, and how long the executable takes from start to ready.
//
//     make plugins
//     swift run -c release benchmark-reloads [reloads]
//
// Triton's requests took 10 µs to make at first and 2 ms after many reloads (its issue 5944); memory must not grow either.
import FoundationEssentials
import Glibc
import ModelImport
import ServiceTesting

let reloads = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1000
guard let cache = ProcessInfo.processInfo.environment["QUINION_CACHE"] else {
    print("QUINION_CACHE is not set: run this by `make bench`")
    exit(78)
}
let folder = FileManager.default.temporaryDirectory.path + "/benchmark-reloads-\(UUID().uuidString)"
defer { try? FileManager.default.removeItem(atPath: folder) }

try await measureReloads(repository: "\(folder)/small", count: reloads)
try await measureStart(cache: cache, repository: "\(folder)/models")

func start(_ repository: String, _ flags: [String] = []) throws -> ServiceProcess {
    let plugins = "\(Repository.root)/.build/plugins"
    return try ServiceProcess(
        "inference", ["--models-path", repository, "--backends-path", plugins, "--http-access-log", "false"] + flags)
}

func measureReloads(repository: String, count: Int) async throws {
    try FileManager.default.createDirectory(
        atPath: "\(repository)/m/1", withIntermediateDirectories: true)
    try FileManager.default.copyItem(
        atPath: Repository.fixture("InferenceTests", "affine.onnx"),
        toPath: "\(repository)/m/1/model.onnx")
    // A load of what is loaded already would change nothing.
    func configure(_ round: Int) throws {
        let text =
            "{\"backend\": \"openvino\", \"instances\": 2, \"queue\": {\"requests\": \(1000 + round)}}"
        try Data(text.utf8).write(to: URL(filePath: "\(repository)/m/config.json"))
    }
    try configure(0)
    let server = try start(repository, ["--models-control", "explicit", "--models-load", "m"])
    let client = try ReloadClient(url: try await server.url())
    try await client.waitUntilReady()
    let load = BackgroundLoad()
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 { group.addTask { await load.ask(client) } }
        defer { load.stop() }
        try await reloadAgainAndAgain(count, server, client, load, configure)
    }
    print("  \(load.answered) requests answered, \(load.failed) failed")
    server.kill()
}

func reloadAgainAndAgain(
    _ count: Int, _ server: ServiceProcess, _ client: ReloadClient, _ load: BackgroundLoad,
    _ configure: (Int) throws -> Void
) async throws {
    var rows: [(memory: Int, reload: Double, request: Double)] = []
    var times: [Double] = []
    print("\(count) reloads of a small model under the load of 4 clients")
    print("  reloads   resident MiB   reload p50 ms   request p50 ms")
    for round in 1...count {
        try configure(round)
        let begin = ContinuousClock.now
        try await client.reload()
        times.append((ContinuousClock.now - begin) / .milliseconds(1))
        guard round.isMultiple(of: max(1, count / 10)) else { continue }
        rows.append((server.residentMemory(), median(times), median(load.takeTimes())))
        times = []
        let row = rows[rows.count - 1]
        print(
            "  \(round)   \(text(Double(row.memory) / 1_048_576, 1))   \(text(row.reload, 2))   \(text(row.request, 3))"
        )
    }
    // The first tenth warms allocators and caches.
    guard rows.count > 2 else { return }
    let (first, last) = (rows[1], rows[rows.count - 1])
    print(
        "  last tenth to second: memory \(text(Double(last.memory) / Double(first.memory), 3)), reload \(text(last.reload / first.reload, 2)), request \(text(last.request / first.request, 2))"
    )
}

func measureStart(cache: String, repository: String) async throws {
    _ = try await ModelImporter(
        source: "\(cache)/models/all-MiniLM-L6-v2", repository: repository, name: "all-MiniLM-L6-v2"
    ).run()
    var times: [Double] = []
    for _ in 0..<5 {
        let begin = ContinuousClock.now
        let server = try start(repository)
        let client = try ReloadClient(url: try await server.url())
        try await client.waitUntilReady()
        times.append((ContinuousClock.now - begin) / .milliseconds(1))
        server.kill()
    }
    print(
        "start to ready with MiniLM, ms: \(times.map { text($0, 0) }.joined(separator: " ")), median \(text(median(times), 0))"
    )
}

func median(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.sorted()[values.count / 2]
}

func text(_ value: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    return digits == 0 ? "\(Int(value.rounded()))" : "\((value * scale).rounded() / scale)"
}
