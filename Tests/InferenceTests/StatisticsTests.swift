import Inference
import Testing

/// Where the time of executions is counted.
@Suite struct StatisticsTests {
    /// The plugin works 20 ms on inputs, 80 in its engine and 40 on outputs; machines sleep longer than asked, not shorter.
    @Test func timesAreThoseOfThePhasesThatABackendTells() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"mode\": \"tells_phases\"")
        try await InferenceServer.with(repository) { server in
            #expect(try await server.infer("m", "[1]", shape: "[1]").status == 200)
            let times = try await server.statistics("/v2/models/m/stats")[0].inferenceStats
            #expect(times.computeInput.ns >= 20_000_000)
            #expect(times.computeInfer.ns >= 80_000_000)
            #expect(times.computeOutput.ns >= 40_000_000)
            let sum = times.queue.ns + times.computeInput.ns + times.computeInfer.ns + times.computeOutput.ns
            #expect(sum <= times.success.ns)
        }
    }
}
