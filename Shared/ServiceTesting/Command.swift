import Foundation

/// Runs a program to its end, for tests that ask the toolchain, git or a peer.
package enum Command {
    /// A program that could not be started or did not exit with 0.
    package struct Failure: Error, CustomStringConvertible {
        package let command: String
        package let status: Int32
        package let output: String

        package var description: String { "\(command) exited with \(status): \(output.suffix(2000))" }
    }

    /// Standard output of a program that must exit with 0.
    @discardableResult
    package static func run(_ program: String, _ arguments: String..., environment: [String: String] = [:]) throws
        -> String
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("command-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files instead of pipes: no output is too long for them.
        let (out, err) = (folder.appendingPathComponent("out"), folder.appendingPathComponent("err"))
        for file in [out, err] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: err)
        try process.run()
        process.waitUntilExit()
        let output = String(decoding: try Data(contentsOf: out), as: UTF8.self)
        guard process.terminationStatus == 0 else {
            throw Failure(
                command: ([program] + arguments).joined(separator: " "), status: process.terminationStatus,
                output: output + String(decoding: try Data(contentsOf: err), as: UTF8.self))
        }
        return output
    }

    /// Whether a program is on PATH.
    package static func exists(_ program: String) -> Bool {
        (try? run("sh", "-c", "command -v \(program)")) != nil
    }
}
