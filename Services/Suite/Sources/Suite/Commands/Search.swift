import ArgumentParser
import Foundation
import ServiceAPI

/// `quinion search "words"`: documents by meaning.
struct Search: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Find documents by meaning.")

    @Argument(help: "What to look for, in words.")
    var query: [String]

    @Option(help: "Most documents found.")
    var limit = 5

    @OptionGroup var remote: RemoteOptions

    func run() async throws {
        let query = query.joined(separator: " ")
        let answer = try await remote.withClients { clients in
            try await clients.documents.search(SearchRequest(query: query, limit: limit))
        }
        if remote.json {
            Terminal.standard.print(try jsonText(answer))
        } else {
            Self.print(answer, to: .standard)
        }
        if answer.hits.isEmpty { throw ExitStatus.failed }
    }

    static func print(_ answer: SearchAnswer, to terminal: Terminal) {
        for hit in answer.hits {
            let place = hit.page.map { " page \($0)" } ?? ""
            terminal.print(
                "\(String(format: "%.2f", hit.score))  \(terminal.styled(printable(hit.name), .bold))\(place)  "
                    + terminal.styled(String(hit.documentID.prefix(12)), .dim))
            let passage = hit.passage.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            terminal.print("      " + printable(String(passage.prefix(160))) + (passage.count > 160 ? "…" : ""))
        }
        if answer.hits.isEmpty { terminal.note("nothing found") }
    }
}
