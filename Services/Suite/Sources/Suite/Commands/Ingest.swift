import ArgumentParser
package import Foundation
import ServiceAPI

/// `quinion ingest PATH…`: sends files, waits for them, shows what was found.
struct Ingest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send documents to the feature store and wait for what is found in them.",
        discussion: "A folder stands for the files in it, not for folders below; hidden files and .md are left out.")

    @Argument(help: "Files or folders.")
    var paths: [String]

    @Option(
        name: .customLong("metadata"),
        help: .init("Stored with each document; may be repeated.", valueName: "key=value"))
    var metadata: [String] = []

    @Flag(help: "Return once the documents are accepted.")
    var noWait = false

    @OptionGroup var remote: RemoteOptions

    func run() async throws {
        let files = try IngestFiles.expand(paths)
        var pairs: [String: String] = [:]
        for text in metadata {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ValidationError("--metadata takes key=value, not \(text)")
            }
            pairs[String(parts[0])] = String(parts[1])
        }
        let outcome = try await remote.withClients { clients in
            try await IngestFlow(clients: clients, terminal: .standard, wait: !noWait).run(files, metadata: pairs)
        }
        if remote.json {
            Terminal.standard.print(try jsonText(outcome))
        } else {
            outcome.print(to: .standard)
        }
        if !outcome.allSucceeded { throw ExitStatus.failed }
    }
}

/// The files a person means by paths.
package enum IngestFiles {
    package static func expand(_ paths: [String]) throws -> [URL] {
        var files: [URL] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw CommandError(ExitStatus.noInput, "\(path): no such file or folder")
            }
            let url = URL(fileURLWithPath: path)
            guard isFolder.boolValue else {
                files.append(url)
                continue
            }
            let inside = try FileManager.default.contentsOfDirectory(
                at: url, includingPropertiesForKeys: [.isRegularFileKey], options: [.skipsHiddenFiles])
            files += try inside.filter { file in
                try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
                    && file.pathExtension != "md"
            }.sorted { $0.lastPathComponent < $1.lastPathComponent }
        }
        guard !files.isEmpty else {
            throw CommandError(ExitStatus.noInput, "there are no files in \(paths.joined(separator: ", "))")
        }
        return files
    }
}
