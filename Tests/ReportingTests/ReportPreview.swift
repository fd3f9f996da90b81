import FoundationEssentials
import Logging
import Reporting
import Sandbox
import ServiceTesting
import Testing

/// The renderer with the built-in templates and the machine's TeX.
func renderer(
    _ templates: TemplateSet? = nil, limits: Typesetter.Limits = Typesetter.Limits(), documentPages: Int = 60,
    pictureBytes: Int = 4 << 20
) throws -> CollectionRenderer {
    CollectionRenderer(
        templates: try templates
            ?? TemplateSet(overrides: ProcessInfo.processInfo.environment["QUINION_REPORT_TEMPLATES"]),
        typesetter: Typesetter(
            sandbox: try Sandbox(logger: Logger(label: "test")), program: "/usr/bin/pdflatex", limits: limits),
        documentPages: documentPages, pictureBytes: pictureBytes)
}

/// Renders `input` and, where `QUINION_REPORT_PREVIEW` names a folder, leaves the files there to be looked at.
@discardableResult
func render(
    _ input: CollectionInput, pictures: [String: Picture] = [:], as name: String = "report",
    with given: CollectionRenderer? = nil
) async throws -> CollectionRenderer.Output {
    let chosen = try given ?? renderer()
    let id = try input.reportID(templateVersion: chosen.templates.version)
    let output = try await chosen.render(input, reportID: id, pictures: pictures) { _ in }
    if let folder = ProcessInfo.processInfo.environment["QUINION_REPORT_PREVIEW"] {
        try output.pdf.write(to: URL(filePath: "\(folder)/\(name).pdf"))
        try output.html.write(to: URL(filePath: "\(folder)/\(name).html"))
    }
    return output
}

/// The PDF as a file, for the tools of poppler.
func file(_ pdf: Data) throws -> String {
    let path = "/tmp/quinion-report-\(UUID().uuidString).pdf"
    try pdf.write(to: URL(filePath: path))
    return path
}

func pdfText(_ pdf: Data) throws -> String {
    let path = try file(pdf)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try Command.run("pdftotext", path, "-")
}

func pageCount(_ pdf: Data) throws -> Int? {
    let path = try file(pdf)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let line = try Command.run("pdfinfo", path).split(separator: "\n").first { $0.hasPrefix("Pages:") }
    return line.flatMap { Int($0.split(separator: " ")[1]) }
}
