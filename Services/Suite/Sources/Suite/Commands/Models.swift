import ArgumentParser
import Foundation
import ModelImport

/// `quinion models`: what the inference service can load.
struct Models: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Import models and list the repository.", subcommands: [Import.self, List.self])

    struct RepositoryOption: ParsableArguments {
        @Option(help: .init("The model repository; by default that of quinion serve.", valueName: "folder"))
        var repository: String?

        var path: String { repository ?? DataFolder(configured: nil).models }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turn a Hugging Face folder of a BERT encoder into a repository entry.",
            discussion: "Reads config.json, model.safetensors and tokenizer.json; writes ONNX itself, without Python.")

        @Argument(help: "The Hugging Face folder.")
        var source: String

        @Option(help: "The entry's name; by default the folder's.")
        var name: String?

        @Flag(help: "Replace an entry that was imported from other bytes.")
        var replace = false

        @OptionGroup var repository: RepositoryOption

        func run() async throws {
            let name = name ?? URL(fileURLWithPath: source).standardizedFileURL.lastPathComponent
            let terminal = Terminal.standard
            let model = try await ModelImporter(
                source: source, repository: repository.path, name: name, replacing: replace
            ).run { terminal.progress("\($0.stage.rawValue) \(name): \($0.percent) %") }
            terminal.clearProgress()
            terminal.print("\(model.change.rawValue)  \(model.path)")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the entries of the repository.")

        @Flag(help: "Print JSON instead of a table.")
        var json = false

        @OptionGroup var repository: RepositoryOption

        func run() async throws {
            let models = try ModelListing.models(in: repository.path)
            if json {
                Terminal.standard.print(try jsonText(models.map(Row.init)))
                return
            }
            guard !models.isEmpty else {
                Terminal.standard.note("\(repository.path) holds no model; quinion models import FOLDER adds one")
                return
            }
            var table = TextTable([
                .init(title: "MODEL"), .init(title: "VERSIONS"), .init(title: "BACKEND"),
                .init(title: "SIZE", alignment: .right), .init(title: "LICENCE"),
            ])
            for row in models.map(Row.init) {
                table.add([
                    .init(row.name), .init(row.versions.map(String.init).joined(separator: ", ")),
                    .init(row.backend ?? "no readable config.json"),
                    .init(String(format: "%.1f MB", Double(row.bytes) / 1e6)), .init(row.licence ?? "–"),
                ])
            }
            table.print(to: .standard)
        }

        /// A line of the list.
        private struct Row: Encodable {
            let name: String
            let versions: [Int]
            let backend: String?
            let bytes: Int
            let licence: String?

            init(_ model: ModelListing.Model) {
                name = model.name
                versions = model.versions
                backend = model.entry?.backend
                bytes = model.byteCount
                licence = model.entry?.source?.licence
            }
        }
    }
}
