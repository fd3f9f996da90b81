import DocumentRecognition
import FoundationEssentials
import NIOCore
import ServiceAPI
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// What becomes of a document when a process that reads it ends.
@Suite struct ReadingProcessTests {
    @Test func aProcessThatDiesCostsItsPageOnly() async throws {
        try await Reader.run { reader in
            let order = try RecognitionOrder(content: Fixture.bytes("multi_page.pdf"), method: .ocr)
            let document = try await reader.recognizer.open(order)
            var pages: [RecognizedPage] = []
            try await reader.recognizer.read(document) { page in
                pages.append(page)
                // With the first page, another one is in each of the two processes, or about to be.
                if pages.count == 1 { killReaders(of: reader) }
            }
            #expect(pages.map(\.number).sorted() == [1, 2, 3, 4, 5])
            let failed = pages.filter { $0.error != nil }
            #expect((1...2).contains(failed.count))
            for page in failed {
                #expect(page.error?.code == "reader_died")
                #expect(page.error?.message.contains("SIGKILL") == true, "\(page.error?.message ?? "")")
                #expect(page.method == .none)
            }
            for page in pages where page.error == nil { #expect(page.text.count > 100) }
            // New processes took the place of the dead ones.
            let again = try await reader.recognizer.recognize(order)
            #expect(again.status == .success)
        }
    }

    @Test func aPageThatTakesTooLongSaysSo() async throws {
        let error = await #expect(throws: RecognitionError.self) {
            try await Reader.run(["--limit-page-time", "100ms"]) { try await $0.read(Fixture.bytes("c02-22.pdf")) }
        }
        #expect(error?.code == .timeLimit)
        #expect(error?.message.contains("(limit.page_time)") == true, "\(error?.message ?? "")")
    }

    @Test func nothingIsLeftBehind() async throws {
        var folder = ""
        try await Reader.run { reader in
            folder = reader.processes.folder
            _ = try await reader.read(Fixture.bytes("text.pdf"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    /// As after a kill -9 of the whole service.
    @Test func anAbandonedFolderGoesAndAnotherOnesStays() async throws {
        let abandoned = FileManager.default.temporaryDirectory.appending(path: "quinion-recognition-abandoned").path
        try FileManager.default.createDirectory(atPath: abandoned, withIntermediateDirectories: true)
        try await Reader.run { first in
            #expect(!FileManager.default.fileExists(atPath: abandoned))
            try await Reader.run { _ in
                #expect(FileManager.default.fileExists(atPath: first.processes.folder))
            }
            _ = try await first.read(Fixture.bytes("text.pdf"))
        }
    }

    /// Kills the processes that may read this reader's folder, not their launchers.
    private func killReaders(of reader: Reader) {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        func file(_ process: pid_t, _ name: String) -> String {
            (try? Data(contentsOf: URL(filePath: "/proc/\(process)/\(name)"))).map {
                String(decoding: $0, as: UTF8.self)
            } ?? ""
        }
        let launchers = processes.filter { file($0, "cmdline").contains(reader.processes.folder) }
        for process in processes where !launchers.contains(process) {
            // The parent stands second after the name, which is in parentheses.
            let fields = file(process, "stat").split(separator: ")").last?.split(separator: " ") ?? []
            if fields.count > 1, let parent = pid_t(fields[1]), launchers.contains(parent) { kill(process, SIGKILL) }
        }
    }
}
