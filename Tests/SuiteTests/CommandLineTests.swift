import Foundation
import ServiceTesting
import Suite
import Testing

/// The built executable as a person or a script meets it.
@Suite struct CommandLineTests {
    static let quinion = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("quinion").path

    private func failure(_ arguments: String...) throws -> Command.Failure {
        let line = arguments.map { "'\($0)'" }.joined(separator: " ")
        return try #require(throws: Command.Failure.self) {
            try Command.run("sh", "-c", "'\(Self.quinion)' \(line)")
        }
    }

    @Test func helpNamesCommandsAndExitCodes() throws {
        let help = try Command.run(Self.quinion, "--help")
        for word in [
            "serve", "demo", "ingest", "documents", "show", "search", "report", "models", "bench", "EXIT CODES",
        ] {
            #expect(help.contains(word))
        }
    }

    @Test func everySettingIsListed() throws {
        let help = try Command.run(Self.quinion, "serve", "--list-settings")
        for flag in ["--nlp-http-port", "--feature-store-jobs-workers", "--inference-models-path", "--data-path"] {
            #expect(help.contains(flag))
        }
    }

    @Test func theEffectiveConfigurationNamesSources() throws {
        let report = try Command.run(
            Self.quinion, "serve", "--nlp-http-port", "9083", "--print-config",
            environment: ["QUINION_INFERENCE_HTTP_PORT": "9084"])
        #expect(report.contains("nlp.http.port = 9083"))
        #expect(report.contains("# flag --nlp-http-port"))
        #expect(report.contains("# environment QUINION_INFERENCE_HTTP_PORT"))
    }

    @Test func anInvalidConfigurationEndsWith78() throws {
        let failure = try failure("serve", "--nlp-http-port", "eighty")
        #expect(failure.status == 78)
        #expect(failure.output.contains("nlp.http.port is \"eighty\""))
    }

    @Test func aMissingFileEndsWith66() throws {
        let failure = try failure("ingest", "/nowhere/invoice.pdf")
        #expect(failure.status == 66)
        #expect(failure.output.contains("/nowhere/invoice.pdf"))
    }

    @Test func anUnreachableServiceEndsWith69() throws {
        // Port 1 needs privileges to listen on and is reserved (tcpmux).
        let failure = try failure("search", "x", "--feature-store", "http://127.0.0.1:1")
        #expect(failure.status == 69)
        #expect(failure.output.contains("feature-store"))
    }

    @Test func anUnknownCommandEndsWith64() throws {
        #expect(try failure("frobnicate").status == 64)
    }

    @Test func aFolderStandsForItsFiles() throws {
        let files = try IngestFiles.expand([Repository.root + "/deploy/samples"])
        #expect(files.count == 17)
        #expect(files.allSatisfy { $0.pathExtension != "md" })
        #expect(throws: CommandError.self) { try IngestFiles.expand(["/nowhere"]) }
    }
}
