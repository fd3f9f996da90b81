import ArgumentParser
import Foundation
import NIOCore
import ServiceAPI

/// `quinion report`: a PDF and an HTML report of the documents.
struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a PDF and an HTML report of the documents.")

    @Option(help: "The report's title.")
    var title: String?

    @Option(help: "Only documents of this type, such as invoice.")
    var type: String?

    @Option(help: "Most documents considered.")
    var limit: Int?

    @Option(
        name: .shortAndLong, help: .init("Folder that report.pdf and report.html are written to.", valueName: "folder"))
    var output = "."

    @OptionGroup var remote: RemoteOptions

    func run() async throws {
        let request = ReportRequest(title: title, query: .init(type: type, limit: limit))
        let files = try await remote.withClients { clients in
            try await ReportFlow(clients: clients, terminal: .standard).run(request, into: output)
        }
        if remote.json {
            Terminal.standard.print(try jsonText(files))
        } else {
            Terminal.standard.print(files.pdf)
            Terminal.standard.print(files.html)
        }
    }
}

/// Asks for a report, waits for it and writes its files.
struct ReportFlow: Sendable {
    struct Files: Encodable, Sendable {
        let pdf: String
        let html: String
    }

    let clients: Clients
    let terminal: Terminal

    func run(_ request: ReportRequest, into folder: String) async throws -> Files {
        let accepted = try await clients.reports.create(request)
        var report = try await clients.reports.report(accepted.id)
        while report.status == .running {
            terminal.progress("report: \(report.progress ?? "running")")
            try await Task.sleep(for: .milliseconds(250))
            report = try await clients.reports.report(report.id)
        }
        terminal.clearProgress()
        guard report.status == .succeeded else {
            throw CommandError(ExitStatus.failed, "the report failed: \(report.error?.message ?? "no reason given")")
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let files = Files(pdf: folder + "/report.pdf", html: folder + "/report.html")
        try await Data(clients.reports.pdf(report.id).readableBytesView).write(
            to: URL(fileURLWithPath: files.pdf), options: .atomic)
        try await Data(clients.reports.html(report.id).readableBytesView).write(
            to: URL(fileURLWithPath: files.html), options: .atomic)
        return files
    }
}
