package import FoundationEssentials
import Sandbox

/// Makes the PDF and the HTML of a collection report.
package struct CollectionRenderer: Sendable {
    package struct Output: Sendable {
        package let pdf: Data
        package let html: Data
        /// The Content-Security-Policy header the HTML wants.
        package let contentSecurityPolicy: String
    }

    /// Pictures that break TeX are left out one by one this often, then all of them.
    private static let pictureAttempts = 4

    package let templates: TemplateSet
    let typesetter: Typesetter
    let limits: CollectionView.Limits

    package init(templates: TemplateSet, typesetter: Typesetter, documentPages: Int, pictureBytes: Int) {
        self.templates = templates
        self.typesetter = typesetter
        limits = CollectionView.Limits(documentPages: documentPages, pictureBytes: pictureBytes)
    }

    /// Documents whose pictures a report of `input` can show.
    package func pictured(_ input: CollectionInput) -> [ReportDocument] {
        view(input, reportID: "", pictures: [:]).pageDocuments.filter(\.hasPicture)
    }

    /// - Parameter pictures: by document id.
    /// - Throws: ``ReportingError`` with the line at fault when TeX fails.
    package func render(
        _ input: CollectionInput, reportID: String, pictures: [String: Picture],
        progress: @Sendable (String) async -> Void
    ) async throws -> Output {
        let view = view(input, reportID: reportID, pictures: pictures)
        var unusable: Set<String> = []
        for attempt in 1... {
            let object = view.object(withoutPictures: unusable)
            do {
                let pdf = try await typeset(object, view: view, unusable: unusable, progress: progress)
                let style = try templates.render("collection.css", [:])
                return Output(
                    pdf: pdf, html: try html(object, style: style),
                    contentSecurityPolicy: StylePolicy.header(styleText: Self.element(style)))
            } catch let failure as TeXFailure {
                guard let file = failure.log?.picture, let document = document(ofPicture: file, in: view),
                    unusable.insert(document.id).inserted
                else { throw explained(failure, object) }
                if attempt >= Self.pictureAttempts { unusable = Set(pictures.keys) }
            }
        }
        preconditionFailure("the loop ends by return or throw")
    }

    private func typeset(
        _ object: TemplateObject, view: CollectionView, unusable: Set<String>,
        progress: @Sendable (String) async -> Void
    ) async throws -> Data {
        var files: [String: Data] = [:]
        for (index, document) in view.pageDocuments.enumerated() where !unusable.contains(document.id) {
            guard let picture = view.pictures[document.id] else { continue }
            files[DocumentCard.pictureFile(number: index + 1, picture)] = picture.bytes
        }
        return try await typesetter.typeset(
            try templates.render("collection.tex", object), pictures: files, date: view.input.date
        ) { pass in await progress("typesetting, pass \(pass) of 2") }
    }

    private func html(_ object: TemplateObject, style: String) throws -> Data {
        var object = object
        object["content_security_policy"] = StylePolicy.meta(styleText: Self.element(style))
        return Data(try templates.render("collection.html", object).utf8)
    }

    /// The text of the style element: the template puts the style sheet on lines of its own.
    private static func element(_ style: String) -> String { "\n" + style }

    private func view(_ input: CollectionInput, reportID: String, pictures: [String: Picture]) -> CollectionView {
        CollectionView(
            input: input, figures: CollectionFigures(input.documents), reportID: reportID,
            templateVersion: templates.version, pictures: pictures, limits: limits)
    }

    private func document(ofPicture file: String, in view: CollectionView) -> ReportDocument? {
        guard let number = Int(file.dropFirst().prefix { $0 != "." }), view.pageDocuments.indices.contains(number - 1)
        else { return nil }
        return view.pageDocuments[number - 1]
    }

    private func explained(_ failure: TeXFailure, _ object: TemplateObject) -> ReportingError {
        guard let log = failure.log else {
            return ReportingError(.typesetting, "TeX \(failure.exit)", cause: failure)
        }
        var error = ReportingError(.typesetting, "TeX: \(log.message)", cause: failure)
        if let line = log.line {
            error.texLine = line
            error.templateLine = templates.origin(ofLine: line, in: "collection.tex", object)
            error.message = "TeX, line \(line)" + (error.templateLine.map { " (\($0))" } ?? "") + ": \(log.message)"
        }
        return error
    }
}
