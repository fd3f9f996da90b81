import Foundation

/// `wrk` (Debian package of that name) as a child process, posting the sample body over keep-alive connections.
struct LoadGenerator {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let connections: Int
    let seconds: Int

    /// Requests answered per second.
    func measure(_ url: String) async throws -> Double {
        let script = FileManager.default.temporaryDirectory.appendingPathComponent("echo-\(UUID().uuidString).lua")
        try """
        wrk.method = "POST"
        wrk.headers["Content-Type"] = "application/json"
        wrk.body = '\(EchoBody.sample)'
        """.write(to: script, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: script) }

        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["wrk", "-t1", "-c\(connections)", "-d\(seconds)s", "-s", script.path, url]
        let output = Pipe()
        process.standardOutput = output
        let status = try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        guard status == 0, let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Requests/sec:") }),
            let rate = Double(line.split(separator: " ").last ?? "")
        else {
            throw Failure(description: "wrk ended with \(status) (is it installed?):\n\(text)")
        }
        if let refused = text.split(separator: "\n").first(where: { $0.contains("Non-2xx") }) {
            throw Failure(description: "not every request succeeded: \(refused)")
        }
        return rate
    }
}
