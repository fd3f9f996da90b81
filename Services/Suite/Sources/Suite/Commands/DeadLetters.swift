import ArgumentParser
import ServiceAPI

extension Documents {
    /// Which dead letters a command is about.
    struct DeadLetterFilter: ParsableArguments {
        @Option(help: "Only this step: convert, recognize, analyze, embed, type or features.")
        var step: String?

        @Option(
            name: .customLong("class"), help: "Only this class: permanent, busy, unavailable, timeout, fault, crash.")
        var failureClass: String?

        @Option(help: "Only failures with this code.")
        var code: String?
    }

    struct DeadLetters: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List steps that were given up, with the reason of each, newest first.")

        @OptionGroup var filter: DeadLetterFilter

        @Option(help: "Most steps listed.")
        var limit = 50

        @OptionGroup var remote: RemoteOptions

        func run() async throws {
            let letters = try await remote.withClients { clients in
                var letters: [DeadLetter] = []
                var cursor: String?
                repeat {
                    let page = try await clients.documents.deadLetters(
                        step: filter.step, failureClass: filter.failureClass, code: filter.code,
                        limit: min(200, limit - letters.count), cursor: cursor)
                    letters += page.deadLetters
                    cursor = page.nextCursor
                } while cursor != nil && letters.count < limit
                return letters
            }
            if remote.json { return Terminal.standard.print(try jsonText(letters)) }
            guard !letters.isEmpty else { return Terminal.standard.note("no dead letters") }
            var table = TextTable([
                .init(title: "DOCUMENT", limit: 12), .init(title: "NAME", limit: 30), .init(title: "STEP"),
                .init(title: "CLASS"), .init(title: "TRIES", alignment: .right), .init(title: "REASON", limit: 80),
            ])
            for letter in letters {
                table.add([
                    .init(String(letter.documentID.prefix(12))), .init(letter.documentName), .init(letter.step),
                    .init(letter.failureClass), .init(String(letter.attempts)),
                    .init("\(letter.code): \(letter.message)"),
                ])
            }
            table.print(to: .standard)
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have steps that were given up tried again, behind new documents.")

        @Argument(help: "Only these documents: ids, or their first characters.")
        var ids: [String] = []

        @OptionGroup var filter: DeadLetterFilter

        @OptionGroup var remote: RemoteOptions

        func run() async throws {
            let answer = try await remote.withClients { clients in
                try await clients.documents.replay(
                    ReplayRequest(
                        documents: ids.isEmpty ? nil : ids, step: filter.step, failureClass: filter.failureClass,
                        code: filter.code))
            }
            if remote.json { return Terminal.standard.print(try jsonText(answer)) }
            Terminal.standard.note("\(answer.replayed) documents are worked on again")
        }
    }
}
