import Foundation

/// A built executable of the suite as a child process, on a free port of loopback; killed when it is let go of.
package final class ServiceProcess: @unchecked Sendable {
    // Started once in the initialiser; Foundation's Process may be asked for its state from any thread.
    private let process = Process()
    private let logFile: URL

    /// - Parameters:
    ///   - arguments: Flags; `--http-port 0` and JSON logs come with them.
    ///   - wrapper: A program and its arguments that executes what follows them, in place of itself.
    package init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:], wrapper: [String] = []
    ) throws {
        logFile = FileManager.default.temporaryDirectory.appending(path: "\(executable)-\(UUID().uuidString).log")
        try Data().write(to: logFile)
        let command =
            wrapper + [try Self.find(executable).path] + arguments + ["--http-port", "0", "--log-format", "json"]
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardError = try FileHandle(forWritingTo: logFile)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        if process.isRunning { kill() }
        try? FileManager.default.removeItem(at: logFile)
    }

    /// Executables lie beside the test bundle.
    private static func find(_ name: String) throws -> URL {
        let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path
        let folders = [beside, "\(Repository.root)/.build/debug", "\(Repository.root)/.build/release"]
        guard let path = folders.map({ "\($0)/\(name)" }).first(where: FileManager.default.isExecutableFile) else {
            throw Failure(description: "\(name) is not built")
        }
        return URL(filePath: path)
    }

    package var identifier: Int32 { process.processIdentifier }
    package var isRunning: Bool { process.isRunning }

    /// Everything that it has logged.
    package var log: String { (try? String(contentsOf: logFile, encoding: .utf8)) ?? "" }

    /// Where it answers, once it says so; 20 seconds at most.
    package func url() async throws -> String {
        for _ in 0..<2000 where process.isRunning {
            if let match = log.firstMatch(of: /"message":"listening".*"port":(\d+)/) {
                return "http://127.0.0.1:\(match.1)"
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failure(description: "it did not start:\n\(log)")
    }

    /// Where it answers, once it is ready, what it loads at its start included; 20 seconds at most.
    package func readyURL() async throws -> String {
        let url = try await url()
        for _ in 0..<400 where process.isRunning {
            let connection = try await RawConnection.open(url)
            try await connection.send("GET /health/ready HTTP/1.1\r\nHost: t\r\n\r\n")
            let isReady = try await connection.text { $0.hasSuffix("}") }.hasPrefix("HTTP/1.1 200")
            await connection.close()
            if isReady { return url }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure(description: "it does not become ready:\n\(log)")
    }

    /// Resident memory in bytes (proc(5), statm: second field, in pages).
    package func residentMemory() -> Int { Self.residentMemory(of: identifier) }

    package static func residentMemory(of process: Int32) -> Int {
        let text = (try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)) ?? ""
        let fields = text.split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
    }

    /// Sends SIGTERM.
    package func terminate() { process.terminate() }

    /// Sends SIGKILL and waits for the end.
    package func kill() {
        Foundation.kill(identifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Waits for the end, 30 seconds at most.
    package func exitStatus() async throws -> Int32 {
        for _ in 0..<3000 where process.isRunning {
            try await Task.sleep(for: .milliseconds(10))
        }
        guard !process.isRunning else { throw Failure(description: "it does not end:\n\(log)") }
        return process.terminationStatus
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }
}
