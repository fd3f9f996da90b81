import FoundationEssentials
import Logging
import Reporting
import Sandbox
import ServiceTesting
import Testing

/// What templates, even wrong or hostile ones, can make TeX do.
@Suite struct TypesetterTests {
    private func typeset(
        _ body: String, limits: Typesetter.Limits = Typesetter.Limits(), pictures: [String: Data] = [:]
    ) async throws -> Data {
        let typesetter = Typesetter(
            sandbox: try Sandbox(logger: Logger(label: "test")), program: "/usr/bin/pdflatex", limits: limits)
        let source = "\\documentclass{article}\n\\begin{document}\n\(body)\n\\end{document}\n"
        return try await typesetter.typeset(source, pictures: pictures, date: SampleCollection.day) { _ in }
    }

    private func failure(_ body: String, limits: Typesetter.Limits = Typesetter.Limits()) async -> TeXFailure? {
        do {
            _ = try await typeset(body, limits: limits)
            return nil
        } catch { return error as? TeXFailure }
    }

    @Test func theDateOfThePDFIsTheReports() async throws {
        let path = try file(try await typeset("x"))
        #expect(try Command.run("pdfinfo", path).contains("Nov 25 00:00:00 2026"))
    }

    @Test func anErrorNamesItsLine() async throws {
        let failure = try #require(await failure("fine\n\\nosuchcommand here"))
        #expect(failure.log?.line == 4)
        #expect(failure.log?.message.contains("Undefined control sequence") == true)
        #expect(failure.log?.message.contains("nosuchcommand") == true)
    }

    @Test(arguments: [
        "\\input{/etc/passwd}", "\\input{../../../etc/passwd}", "\\input{/proc/self/environ}", "\\input{.profile}",
    ])
    func filesOutsideTheWorkFolderAreNotRead(body: String) async {
        let failure = await failure(body)
        #expect(failure?.log?.message.contains("not found") == true)
    }

    @Test func filesOutsideTheWorkFolderAreNotWritten() async {
        let name = "/tmp/quinion-owned-\(UUID().uuidString)"
        _ = await failure("\\newwrite\\w\\immediate\\openout\\w=\(name)\\immediate\\write\\w{x}")
        #expect(!FileManager.default.fileExists(atPath: name))
    }

    @Test func theShellIsNotReached() async throws {
        let name = "/tmp/quinion-owned-\(UUID().uuidString)"
        _ = try? await typeset("x\\immediate\\write18{touch \(name)}\\input{|touch \(name)}")
        #expect(!FileManager.default.fileExists(atPath: name))
    }

    @Test func anEndlessLoopEndsAtTheTimeLimit() async throws {
        let failure = try #require(await failure("\\loop\\iftrue\\repeat", limits: .init(time: .seconds(2))))
        #expect(failure.exit == .cpu || failure.exit == .wall)
    }

    @Test func endlessPagesEndAtALimit() async throws {
        let failure = try #require(
            await failure(
                "\\newwrite\\w\\immediate\\openout\\w=x.txt\n\\def\\a{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}"
                    + "\n\\loop\\immediate\\write\\w{\\a\\a\\a\\a\\a\\a\\a\\a}\\iftrue\\repeat",
                limits: .init(time: .seconds(30), fileSize: 1 << 20)))
        #expect(failure.exit == .fileSize)
    }

    @Test func logsAreReadForTheFirstError() throws {
        let log = try #require(
            TeXLog(
                """
                (./report.tex
                LaTeX Font Info: nothing
                ./report.tex:7: Undefined control sequence.
                <recently read> \\foo
                l.7 some text \\foo
                                  more
                ./report.tex:9: Later.
                """, source: "report.tex"))
        #expect(log.line == 7)
        #expect(log.message == "Undefined control sequence. (at some text \\foo)")
        #expect(log.picture == nil)
        let picture = try #require(
            TeXLog(
                "!pdfTeX error: pdflatex (file ./p003.png): reading PNG image failed\n ==> Fatal", source: "report.tex")
        )
        #expect(picture.picture == "p003.png")
        #expect(TeXLog("Output written on report.pdf", source: "report.tex") == nil)
    }
}
