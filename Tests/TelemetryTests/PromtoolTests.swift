import Foundation
import Telemetry
import Testing

private let promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first {
    FileManager.default.isExecutableFile(atPath: $0)
}

@Suite struct PromtoolTests {
    /// Runs `promtool check metrics`, of Debian's package `prometheus`, on a text.
    private func check(_ text: String) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(promtool))
        process.arguments = ["check", "metrics"]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        input.fileHandleForWriting.write(Data(text.utf8))
        try input.fileHandleForWriting.close()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }

    @Test(.enabled(if: promtool != nil, "promtool is not installed"))
    func promtoolFindsNoFault() throws {
        let telemetry = Telemetry(service: "test", version: "1", logs: .discarding)
        telemetry.metrics.counters("requests_total", help: "Requests.", labels: ["path"]).series("/\"\\\n").increment()
        telemetry.metrics.histogram("request_duration_seconds", help: "Times.").observe(0.3)
        telemetry.metrics.gauge("queue_length", help: "Waiting.").set(2)
        let (status, output) = try check(telemetry.metrics.exposition())
        #expect(status == 0 && output.isEmpty, "\(output)")
    }

    @Test(.enabled(if: promtool != nil, "promtool is not installed"))
    func promtoolFindsAFault() throws {
        #expect(try check("requests_total{path=\"} 1\n").status != 0)
    }
}
