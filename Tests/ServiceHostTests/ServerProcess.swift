import Foundation
import ServiceTesting
import Testing

/// The benchmark's server, `benchmark-middleware serve`, as a child process.
final class ServerProcess: @unchecked Sendable {
    // Started once in the initialiser; Foundation's Process may be asked for its state from any thread.
    private let process = Process()
    private let logFile: URL

    init(_ flags: [String]) throws {
        // Executables lie beside the test bundle.
        let folders = [
            URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent(),
            URL(fileURLWithPath: "\(Repository.root)/.build/debug"),
        ]
        let executable = folders.map { $0.appendingPathComponent("benchmark-middleware") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
        logFile = FileManager.default.temporaryDirectory.appendingPathComponent("server-\(UUID().uuidString).log")
        try Data().write(to: logFile)
        guard let executable else { throw Failure(description: "benchmark-middleware is not built") }
        process.executableURL = executable
        process.arguments = ["serve", "--http-port", "0", "--log-format", "json"] + flags
        process.standardError = try FileHandle(forWritingTo: logFile)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        if process.isRunning { process.terminate() }
        try? FileManager.default.removeItem(at: logFile)
    }

    /// Everything the server has logged.
    var log: String { (try? String(contentsOf: logFile, encoding: .utf8)) ?? "" }

    /// Where the server answers, once it says so.
    func url() async throws -> String {
        for _ in 0..<2000 where process.isRunning {
            if let match = log.firstMatch(of: /"message":"listening".*"port":(\d+)/) {
                return "http://127.0.0.1:\(match.1)"
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failure(description: "the server did not start:\n\(log)")
    }

    /// Sends SIGTERM.
    func terminate() {
        process.terminate()
    }

    /// Waits for the end, 30 seconds at most.
    func exitStatus() async throws -> Int32 {
        for _ in 0..<3000 where process.isRunning {
            try await Task.sleep(for: .milliseconds(10))
        }
        guard !process.isRunning else { throw Failure(description: "the server does not end:\n\(log)") }
        return process.terminationStatus
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
