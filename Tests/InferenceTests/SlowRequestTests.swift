import FoundationEssentials
import ServiceTesting
import Testing

/// `log.slow_request`: a line for each request above the threshold, with where its time went.
@Suite struct SlowRequestTests {
    @Test func onlyRequestsAboveTheThresholdAreLogged() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("slow", parameters: "\"sleep_ms\": 1200")
        try repository.addEcho("quick")
        try await FaultyServer.with(repository, flags: ["--log-slow-request", "1s"]) { server in
            for _ in 0..<3 { #expect(try await server.infer("quick").status == 200) }
            #expect(try await server.infer("slow").status == 200)
            var lines: [Substring] = []
            for _ in 0..<100 where lines.isEmpty {
                lines = server.process.log.split(separator: "\n").filter { $0.contains(#""message":"slow request""#) }
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(lines.count == 1)
            let line = try #require(lines.first)
            #expect(line.contains(#""model":"slow""#) && line.contains("warning"), "\(line)")
            let infer = try #require(line.firstMatch(of: /"compute_infer_us":"?(\d+)/))
            #expect(try #require(Int(infer.1)) >= 1_200_000, "\(line)")
        }
    }
}
