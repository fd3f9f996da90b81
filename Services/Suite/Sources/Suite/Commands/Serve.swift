import ArgumentParser
import Foundation
import ServiceHost
import SuiteConfig
import UnixSignals

/// `quinion serve`: the five services until a signal.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run all five services in this process, on loopback ports.",
        discussion: """
            Every key of every service is a flag below the service's name: --nlp-http-port 9083, --feature-store-jobs-workers 4.
            `quinion serve --list-settings` lists them; --print-config shows what is in force; --config FILE reads JSON.
            """
    )

    @Flag(help: "List every setting with its flag, variable, default and what is allowed.")
    var listSettings = false

    @Flag(help: "Print the effective configuration with each value's source and exit.")
    var printConfig = false

    @Argument(parsing: .allUnrecognized, help: .init("Settings.", valueName: "settings"))
    var settings: [String] = []

    func run() async throws {
        if listSettings {
            Terminal.standard.print(Loaded<QuinionConfig>.help)
            return
        }
        let loaded = try Session.load(settings)
        if printConfig {
            Terminal.standard.print(loaded.report)
            return
        }
        try await Session.run(loaded.config) { addresses in
            let terminal = Terminal.standard
            terminal.note("feature-store         \(addresses.featureStore)")
            terminal.note("document-recognition  \(addresses.documentRecognition)")
            terminal.note("nlp                   \(addresses.nlp)")
            terminal.note("inference             \(addresses.inference)")
            terminal.note("reporting             \(addresses.reporting)")
            terminal.note("ready; stop with Ctrl-C")
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { break }
            terminal.note("stopping")
        }
    }
}
