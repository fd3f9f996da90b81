import FoundationEssentials
import Inference
import ServiceTesting
import Testing

/// `"pin_instances": true`: each instance's thread is kept to processors of its own.
@Suite struct PinnedInstancesTests {
    @Test(arguments: [
        (1, [[0, 1, 2, 5, 7]]), (2, [[0, 1], [2, 5, 7]]), (3, [[0], [1, 2], [5, 7]]),
        (5, [[0], [1], [2], [5], [7]]), (7, [[0], [1], [2], [5], [7], [0], [1]]),
    ])
    func sharesAreEvenAndLeaveNoProcessorOut(count: Int, shares: [[Int]]) {
        #expect((0..<count).map { ProcessorShare($0, of: count, allowed: [0, 1, 2, 5, 7]).processors } == shares)
    }

    @Test(
        .enabled(if: ProcessorShare.allowed.count > 1, "one processor cannot be shared out"), arguments: [false, true])
    func threadsOfInstancesAreKeptToTheirShares(isIsolated: Bool) async throws {
        guard !isIsolated || EngineProcess.isBuilt else { return }
        let repository = try ModelRepository()
        try repository.addEcho(
            "m", parameters: "\"pid_file\": \"\(repository.path)/pid\"",
            extra: "\"instances\": 2, \"pin_instances\": true," + (isIsolated ? EngineProcess.isolated : ""))
        let shares = [0, 1].map { ProcessorShare($0, of: 2).processors }
        let flags = EngineProcess.flags + ["--models-control", "explicit", "--models-load", "m"]
        try await InferenceServer.with(repository, flags: flags) { server in
            let process = isIsolated ? repository.read("pid") : "self"
            let threads = ProcessFile.processorsOfThreads(process)
            for share in shares { #expect(threads.contains(share), "\(share) is not among \(threads)") }
            // What is not an instance's is not kept to anything.
            #expect(threads.contains(ProcessorShare.allowed))
            #expect(try await server.infer("m", "[1,2]", shape: "[2]").values(Float.self) == [1, 2])
            #expect(try await server.get("/v2/models/m/config").text.contains(#""pin_instances":true"#))
            guard !isIsolated else { return }
            #expect(try await server.post("/v2/repository/models/m/unload", "{}").status == 200)
            // Threads end a moment later.
            var left = threads
            for _ in 0..<100 where left.contains(where: { shares.contains($0) }) {
                try await Task.sleep(for: .milliseconds(50))
                left = ProcessFile.processorsOfThreads(process)
            }
            #expect(!left.contains { shares.contains($0) }, "\(left)")
        }
    }
}
