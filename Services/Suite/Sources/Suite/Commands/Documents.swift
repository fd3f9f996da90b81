import ArgumentParser
import ServiceAPI

/// `quinion documents`: what the feature store holds.
struct Documents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List documents, newest first; delete one; see what failed and have it tried again.",
        subcommands: [List.self, Delete.self, DeadLetters.self, Replay.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List documents, newest first.")

        @Option(help: "Most documents listed.")
        var limit = 50

        @Option(help: "Only documents of this status: queued, running, succeeded, partial or failed.")
        var status: DocumentRecord.Status?

        @OptionGroup var remote: RemoteOptions

        func run() async throws {
            let documents = try await remote.withClients { clients in
                var documents: [DocumentRecord] = []
                var cursor: String?
                repeat {
                    let page = try await clients.documents.documents(
                        limit: min(100, limit - documents.count), cursor: cursor, status: status)
                    documents += page.documents
                    cursor = page.nextCursor
                } while cursor != nil && documents.count < limit
                return documents
            }
            if remote.json {
                Terminal.standard.print(try jsonText(documents))
            } else if documents.isEmpty {
                Terminal.standard.note("no documents; quinion ingest FILE… adds some")
            } else {
                DocumentTable(documents).print(to: .standard)
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete documents with their bytes, results and features.")

        @Argument(help: "Document ids, or their first characters.")
        var ids: [String]

        @OptionGroup var remote: RemoteOptions

        func run() async throws {
            try await remote.withClients { clients in
                for id in ids { try await clients.documents.delete(id) }
            }
        }
    }
}

extension DocumentRecord.Status: ExpressibleByArgument {}
