import ArgumentParser
import AsyncHTTPClient
import Foundation
import ServiceAPI
import SuiteConfig

/// `quinion demo`: the main job on the sample documents, from nothing to a report.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the main job on sample documents, all services in this process.",
        discussion: "Starts afresh each time: what an earlier run left in the output folder is removed.")

    @Option(help: "Folder of documents.")
    var samples = "deploy/samples"

    @Option(help: "Folder for the documents' store, the model and the report.")
    var output = ".build/demo"

    @Option(help: "What to look for once the documents are read.")
    var query = "tiptoeing at night behind the widow's garden"

    @Argument(parsing: .allUnrecognized, help: .init("Settings, as quinion serve takes them.", valueName: "settings"))
    var settings: [String] = []

    func run() async throws {
        let terminal = Terminal.standard
        let files = try IngestFiles.expand([samples])
        let folder = DataFolder(configured: output + "/data")
        for stale in [folder.documents, folder.reports] { try? FileManager.default.removeItem(atPath: stale) }

        var config = try Session.load(["--log-level", "warning", "--data-path", folder.path] + settings).config
        config.useFreePorts()
        let start = ContinuousClock.now
        try await Session.run(config) { addresses in
            let httpClient = HTTPClient(eventLoopGroupProvider: .singleton)
            let clients = Clients(
                featureStore: addresses.featureStore, reporting: addresses.reporting, httpClient: httpClient)
            do {
                try await walk(files, clients: clients, terminal: terminal, start: start)
            } catch {
                try? await httpClient.shutdown()
                throw error
            }
            try await httpClient.shutdown()
        }
    }

    private func walk(
        _ files: [URL], clients: Clients, terminal: Terminal, start: ContinuousClock.Instant
    ) async throws {
        func heading(_ text: String) {
            terminal.print()
            terminal.print(terminal.styled(text, .bold))
        }
        let outcome = try await IngestFlow(clients: clients, terminal: terminal, wait: true).run(files, metadata: [:])
        heading("\(files.count) documents in \(String(format: "%.1f", outcome.seconds)) s")
        outcome.print(to: terminal)

        heading("Search by meaning: \(query)")
        let answer = try await clients.documents.search(SearchRequest(query: query, limit: 3))
        Search.print(answer, to: terminal)

        if let first = outcome.documents.first(where: { $0.status == .succeeded }) {
            heading("Features of \(printable(first.name)), now and before it came in")
            let now = try await clients.documents.features(first.id).features
            let before = try await clients.documents.features(first.id, asOf: "2000-01-01T00:00:00Z").features
            for name in ["document_type", "word_count", "amount_total", "document_date"] {
                let value = now[name]?.value.text ?? "–"
                terminal.print("  \(name) = \(value)   (as of 2000: \(before[name]?.value.text ?? "unknown"))")
            }
        }

        heading("Report")
        let report = try await ReportFlow(clients: clients, terminal: terminal)
            .run(ReportRequest(title: "Sample documents"), into: output + "/report")
        terminal.print("  \(report.pdf)")
        terminal.print("  \(report.html)")
        terminal.print()
        terminal.print("done in \(String(format: "%.1f", (ContinuousClock.now - start) / .seconds(1))) s")
    }
}

extension QuinionConfig {
    /// Lets the system choose every port, so that nothing else on the machine is in the way.
    mutating func useFreePorts() {
        featureStore.http.port = 0
        documentRecognition.http.port = 0
        nlp.http.port = 0
        inference.http.port = 0
        reporting.http.port = 0
    }
}
