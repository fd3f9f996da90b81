import ArgumentParser
import Foundation
import ServiceAPI

/// `quinion features`: what the feature store declares, compared with a folder of YAML files.
struct Features: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare declared features with the feature store's, and apply them.",
        discussion: """
            FILES are YAML files, or folders of them, with the keys entities, feature_views, feature_services, \
            push_sources and on_demand_views. What they do not name stays as it is, unless --prune.
            """,
        subcommands: [Plan.self, Diff.self, Apply.self])

    struct Declaration: ParsableArguments {
        @Argument(help: "YAML files, or folders of them.")
        var files: [String]

        @Flag(help: "Remove what the files do not declare.")
        var prune = false

        @OptionGroup var remote: RemoteOptions

        func request(allowDestructive: Bool = false) throws -> ApplyRequest {
            ApplyRequest(
                definitions: try DefinitionFiles.read(files), prune: prune, allowDestructive: allowDestructive)
        }

        func show(_ answer: ApplyAnswer, details: Bool) throws {
            if remote.json { return Terminal.standard.print(try jsonText(answer)) }
            ChangeList(answer).print(to: .standard, details: details)
        }
    }

    struct Plan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what apply would change, one line each.",
            discussion: "Ends with 1 when something would change in a destructive way.")

        @OptionGroup var declaration: Declaration

        func run() async throws {
            let answer = try await declaration.remote.withClients { clients in
                try await clients.documents.planFeatures(try declaration.request())
            }
            try declaration.show(answer, details: false)
            if answer.changes.contains(where: \.destructive) { throw ExitStatus.failed }
        }
    }

    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show every difference between the files and the registry.",
            discussion: "Ends with 1 when there is one.")

        @OptionGroup var declaration: Declaration

        func run() async throws {
            let answer = try await declaration.remote.withClients { clients in
                try await clients.documents.planFeatures(try declaration.request())
            }
            try declaration.show(answer, details: true)
            if !answer.changes.isEmpty { throw ExitStatus.failed }
        }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Bring the registry to what the files declare.")

        @Flag(help: "Carry out changes that take something away.")
        var allowDestructive = false

        @OptionGroup var declaration: Declaration

        func run() async throws {
            let answer = try await declaration.remote.withClients { clients in
                try await clients.documents.applyFeatures(
                    try declaration.request(allowDestructive: allowDestructive))
            }
            try declaration.show(answer, details: true)
        }
    }
}
