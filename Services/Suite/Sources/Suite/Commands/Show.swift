import ArgumentParser
import Foundation
import ServiceAPI

/// `quinion show ID`: everything known about one document.
struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show a document: steps, findings and features.")

    @Argument(help: "The document's id, or its first characters.")
    var id: String

    @Option(help: .init("Features as they were known at this time (RFC 3339).", valueName: "time"))
    var asOf: String?

    @OptionGroup var remote: RemoteOptions

    func run() async throws {
        let document = try await remote.withClients { clients in
            var document = try await clients.documents.document(id)
            if let asOf { document.features = try await clients.documents.features(id, asOf: asOf).features }
            return document
        }
        if remote.json {
            Terminal.standard.print(try jsonText(document))
        } else {
            Self.print(document, to: .standard)
        }
    }

    private static func print(_ document: DocumentRecord, to terminal: Terminal) {
        terminal.print(terminal.styled(printable(document.name), .bold))
        terminal.print("\(document.id)  \(document.mediaType)  \(document.size) bytes  \(document.status.rawValue)")
        if let reason = document.reason { terminal.print(terminal.styled(printable(reason), .red)) }
        var steps = TextTable([
            .init(title: "STEP"), .init(title: "STATUS"), .init(title: "TIME", alignment: .right),
            .init(title: "MADE BY", limit: 90),
        ])
        for step in document.steps {
            steps.add([
                .init(step.name), .init(step.status.rawValue),
                .init(step.milliseconds.map { String(format: "%.0f ms", $0) } ?? "–"),
                .init(step.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")),
            ])
        }
        terminal.print()
        steps.print(to: terminal)
        if !document.features.isEmpty {
            var features = TextTable([.init(title: "FEATURE"), .init(title: "VALUE", limit: 60), .init(title: "SINCE")])
            for (name, value) in document.features.sorted(by: { $0.key < $1.key }) {
                features.add([.init(name), .init(value.value.text ?? "–"), .init(value.eventTime)])
            }
            terminal.print()
            features.print(to: terminal)
        }
        if let entities = document.analysis?.entities, !entities.isEmpty {
            var table = TextTable([
                .init(title: "FOUND"), .init(title: "TEXT", limit: 50), .init(title: "MEANS", limit: 40),
            ])
            for entity in entities.prefix(40) {
                table.add([
                    .init(entity.kind.rawValue), .init(entity.text),
                    .init([entity.value, entity.currency, entity.label].compactMap(\.self).joined(separator: " ")),
                ])
            }
            terminal.print()
            table.print(to: terminal)
            if entities.count > 40 { terminal.print("… and \(entities.count - 40) more (--json shows all)") }
        }
        if let excerpt = document.excerpt, !excerpt.isEmpty {
            terminal.print()
            for line in excerpt.split(separator: "\n").prefix(12) { terminal.print("  " + printable(String(line))) }
        }
    }
}
