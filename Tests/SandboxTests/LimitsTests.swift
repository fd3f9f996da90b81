import Foundation
import ServiceTesting
import Testing

/// The launcher alone: every limit, one after another, as a script that also runs in a container.
@Suite struct LimitsTests {
    private static let folder = "\(Repository.root)/Tests/SandboxTests"

    @Test(.timeLimit(.minutes(3))) func everyLimitHoldsOnThisMachine() throws {
        let work = FileManager.default.temporaryDirectory.appending(path: "limits-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: work) }
        let report = try Command.run(
            "sh", "\(Self.folder)/limits.sh", try Probes.path("quinion-sandbox"), try Probes.program, work)
        #expect(report.contains("\n1..40\n"), "\(report)")
    }

    /// Read-only root, no capability, no new privileges, as an ordinary user and as root.
    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["QUINION_CONTAINER_TESTS"] != nil), .timeLimit(.minutes(5)))
    func everyLimitHoldsInAContainer() throws {
        let report = try Command.run(
            "sh", "\(Self.folder)/container.sh", try Probes.path("quinion-sandbox"), try Probes.program)
        #expect(report.components(separatedBy: "\n1..40\n").count == 3, "\(report)")
    }
}
