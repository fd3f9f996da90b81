import FoundationEssentials
import ServiceTesting

/// What `make plugins` builds.
enum Plugins {
    static let folder = "\(Repository.root)/.build/plugins"

    /// The plugin of a backend, where its engine is installed.
    static func path(_ backend: String) -> String { "\(folder)/libquinion_\(backend).so" }

    static func isBuilt(_ backend: String) -> Bool { FileManager.default.fileExists(atPath: path(backend)) }

    /// Runs a plugin through the interface's own checks.
    ///
    /// - Returns: The lines of the checks that failed.
    static func conformanceFailures(_ plugin: String, model: String, _ arguments: [String] = []) throws -> [String] {
        let output: String
        do {
            let words = ["\(folder)/backend-conformance", plugin, model] + arguments
            output = try Command.run("sh", "-c", words.map { "'\($0)'" }.joined(separator: " "))
        } catch let failure as Command.Failure {
            output = failure.output
        }
        let lines = output.split(separator: "\n").map(String.init)
        guard lines.contains(where: { $0.hasSuffix(" passed") }) else { return ["no verdict: \(output)"] }
        return lines.filter { $0.hasPrefix("not ok") }
    }
}
