import FoundationEssentials
import Reporting
import Testing

@Suite struct TemplateSetTests {
    private func error(_ body: () throws -> Void) -> ReportingError? {
        do {
            try body()
            return nil
        } catch { return error as? ReportingError }
    }

    @Test func variablesAreEscapedForTheLanguageOfTheirTemplateAlsoInPartials() throws {
        let templates = try TemplateSet(sources: [
            "a.tex": "<<x>>\n<<> b.tex>>\n", "b.tex": "[<<x>>]", "c.html": "{{x}}{{> d.svg}}",
            "d.svg": "<text>{{x}}</text>",
        ])
        let object: TemplateObject = ["x": #"<%\{{{"#]
        #expect(
            try templates.render("a.tex", object)
                == "\\textless{}\\%\\textbackslash{}\\{\\{\\{\n[\\textless{}\\%\\textbackslash{}\\{\\{\\{]")
        #expect(try templates.render("c.html", object) == #"&lt;%\{{{<text>&lt;%\{{{</text>"#)
    }

    @Test(arguments: [
        ("a.html", "x\n{{{y}}}", "a.html.mustache:2"), ("a.html", "{{&y}}", "a.html.mustache:1"),
        ("a.tex", "<<{y}>>", "a.tex.mustache:1"), ("a.tex", "\n\n<<& y>>", "a.tex.mustache:3"),
        ("a.tex", "<<={{ }}=>>", "a.tex.mustache:1"), ("a.html", "{{% CONTENT_TYPE: TEXT}}", "a.html.mustache:1"),
        ("a.tex", "<<#open>>", "a.tex.mustache"), ("a.txt", "x", "a.txt"),
    ])
    func aTemplateThatCouldInsertTextAsItIsIsRefused(name: String, text: String, place: String) throws {
        let error = error { _ = try TemplateSet(sources: [name: text]) }
        #expect(error?.code == .template)
        #expect(error?.message.contains(place) == true)
    }

    @Test func theOriginOfALineIsTheTemplateThatWroteIt() throws {
        let templates = try TemplateSet(sources: [
            "a.tex": "one\n<<#list>>\nitem <<.>>\n<<> b.tex>>\n<</list>>\nlast\n", "b.tex": "from b\n",
        ])
        let object: TemplateObject = ["list": ["x", "y"]]
        #expect(try templates.render("a.tex", object) == "one\nitem x\nfrom b\nitem y\nfrom b\nlast\n")
        #expect(templates.origin(ofLine: 4, in: "a.tex", object) == "a.tex.mustache:3")
        #expect(templates.origin(ofLine: 5, in: "a.tex", object) == "b.tex.mustache:1")
        #expect(templates.origin(ofLine: 6, in: "a.tex", object) == "a.tex.mustache:6")
    }

    @Test func aFileInTheFolderStandsInForTheBuiltInTemplateAndChangesTheVersion() throws {
        let folder = try TemporaryFolder()
        try Data("body { color: red }\n".utf8).write(to: URL(filePath: folder.path + "/collection.css.mustache"))
        let (builtIn, changed) = (try TemplateSet(), try TemplateSet(overrides: folder.path))
        #expect(try changed.render("collection.css", [:]) == "body { color: red }\n")
        #expect(builtIn.version != changed.version)
        #expect(try builtIn.version == TemplateSet().version)
    }

    @Test func theBuiltInTemplatesRenderAnEmptyObject() throws {
        let templates = try TemplateSet()
        #expect(try templates.render("collection.html", [:]).contains("<!doctype html>"))
        #expect(try templates.render("collection.tex", [:]).contains("\\end{document}"))
    }
}
