import Foundation
import NIOCore
import ServiceAPI

/// Sends files one after the other and watches the documents until each is done.
struct IngestFlow: Sendable {
    /// What became of the files.
    struct Outcome: Encodable, Sendable {
        /// A file that was refused at the door.
        struct Refusal: Encodable, Sendable {
            let file: String
            let code: String
            let message: String
        }

        var documents: [DocumentRecord]
        var refused: [Refusal]
        var seconds: Double

        var allSucceeded: Bool { refused.isEmpty && documents.allSatisfy { $0.status != .failed } }

        func print(to terminal: Terminal) {
            DocumentTable(documents).print(to: terminal)
            for refusal in refused {
                terminal.print(
                    "\(terminal.styled("refused", .red))  \(printable(refusal.file)): \(printable(refusal.message))")
            }
        }
    }

    let clients: Clients
    let terminal: Terminal
    let wait: Bool

    func run(_ files: [URL], metadata: [String: String]) async throws -> Outcome {
        let start = ContinuousClock.now
        var accepted: [AcceptedDocument] = []
        var refused: [Outcome.Refusal] = []
        for (index, file) in files.enumerated() {
            let name = file.lastPathComponent
            terminal.progress("sending \(index + 1) of \(files.count): \(printable(name))")
            let bytes: Data
            do { bytes = try Data(contentsOf: file) } catch {
                throw CommandError(ExitStatus.noInput, "\(file.path) cannot be read")
            }
            do {
                accepted.append(
                    try await clients.documents.ingest(ByteBuffer(bytes: bytes), name: name, metadata: metadata))
            } catch let error as ServiceError where error.isCallersFault {
                refused.append(.init(file: name, code: error.code ?? "refused", message: error.message))
            }
        }
        var documents: [DocumentRecord] = []
        for (index, document) in accepted.enumerated() {
            documents.append(try await final(document, position: "\(index + 1) of \(accepted.count)"))
        }
        terminal.clearProgress()
        return Outcome(
            documents: documents, refused: refused, seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    private func final(_ accepted: AcceptedDocument, position: String) async throws -> DocumentRecord {
        var document = try await clients.documents.document(accepted.id)
        while wait, !document.status.isFinal {
            let step = document.steps.first { $0.status == .running }?.name ?? document.status.rawValue
            terminal.progress("\(position): \(printable(document.name)) – \(step)")
            // The service answers when the document is done, or after this time with where it stands.
            document = try await clients.documents.document(accepted.id, wait: .seconds(1))
        }
        terminal.note("\(mark(document)) \(printable(document.name))")
        return document
    }

    private func mark(_ document: DocumentRecord) -> String {
        switch document.status {
        case .succeeded: "done    "
        case .partial: "partial "
        case .failed: "failed  "
        case .queued, .running: "accepted"
        }
    }
}
