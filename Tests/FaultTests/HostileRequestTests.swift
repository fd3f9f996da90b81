import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import ServiceTesting
import Testing

/// Every hostile input at every route with a body, against the services' executables.
///
/// What each service says to its own kinds of bad input, word by word, its own tests hold; these hold for all of them that
/// nothing a client sends is the server's fault, goes unexplained, stops the process or stays in its memory.
@Suite(.serialized) struct HostileRequestTests {
    struct Target: Sendable, CustomTestStringConvertible {
        var executable: String
        var flags: [String]
        /// Routes that take JSON.
        var json: [String]
        /// Routes that take a document's bytes.
        var documents: [String] = []
        /// Inputs that may be served: a text with a NUL is a text, a damaged PDF may be repaired.
        var accepted: Set<String> = []

        var testDescription: String { executable }
    }

    static let targets = [
        Target(
            executable: "feature-store", flags: ["--documents-max-size", "1MiB", "--documents-max-json-size", "1MiB"],
            json: ["/v1/search", "/v1/documents"], documents: ["/v1/documents"],
            // Taken in as they are; what is in them fails their job, with the reason of document-recognition.
            accepted: Set(HostileInput.documents.map(\.name))),
        Target(
            executable: "document-recognition", flags: ["--limit-document", "1MiB", "--workers-count", "1"],
            json: ["/v1/recognize"], documents: ["/v1/recognize"],
            accepted: [HostileInput.truncatedPDF.name, HostileInput.pageTreeCycle.name, HostileInput.hugePage.name]),
        Target(
            executable: "nlp", flags: ["--http-max-body", "1MiB"], json: ["/v1/analyze"],
            accepted: [HostileInput.nulInText.name, HostileInput.duplicateKeys.name]),
        Target(
            executable: "inference", flags: ["--http-max-body", "1MiB"],
            // Members that the protocol does not name are ignored, as by Triton.
            json: ["/v2/repository/index"],
            accepted: [
                HostileInput.empty.name, HostileInput.nulInText.name, HostileInput.wrongJSONType.name,
                HostileInput.hugeNumber.name, HostileInput.duplicateKeys.name,
            ]),
        Target(executable: "reporting", flags: ["--http-max-body", "1MiB"], json: ["/v1/reports"]),
    ]

    private struct Answer {
        var status: Int
        var body: String

        /// The message of Quinion's error form or of the Open Inference Protocol's.
        var message: String? {
            let form = (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any]
            return (form?["error"] as? [String: Any])?["message"] as? String ?? form?["error"] as? String
        }
    }

    private static func post(_ input: HostileInput, to url: String, type: String? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: type ?? input.contentType)
        request.body = .bytes(ByteBuffer(bytes: input.bytes))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        return Answer(
            status: Int(response.status.code), body: String(buffer: try await response.body.collect(upTo: 8 << 20)))
    }

    private static func withTarget(_ target: Target, _ body: (ServiceProcess, String) async throws -> Void) async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hostile-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let data = ["feature-store", "reporting"].contains(target.executable) ? ["--data-path", folder.path] : []
        let models = target.executable == "inference" ? ["--models-path", folder.path] : []
        let process = try ServiceProcess(
            target.executable, target.flags + data + models + ["--http-access-log", "false"])
        let url = try await process.url()
        try await body(process, url)
        let alive = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: url + "/health/live"), timeout: .seconds(5))
        #expect(alive.status == .ok)
        #expect(process.isRunning)
    }

    @Test(arguments: targets) func nothingThatAClientSendsIsTheServersFault(target: Target) async throws {
        try await Self.withTarget(target) { _, url in
            for (routes, inputs, type) in [
                (target.json, HostileInput.json, "application/json"), (target.documents, HostileInput.documents, nil),
                // The wrong content type for all of it; to a route for documents it is a text.
                (target.json.filter { !target.documents.contains($0) }, HostileInput.json, "text/css"),
            ] {
                for route in routes {
                    for input in inputs {
                        let answer = try await Self.post(input, to: url + route, type: type)
                        let comment = Comment("\(route), \(input.name): \(answer.status) \(answer.body.prefix(200))")
                        if answer.status < 300 {
                            #expect(target.accepted.contains(input.name), comment)
                        } else {
                            #expect((400..<500).contains(answer.status), comment)
                            #expect((answer.message?.count ?? 0) > 5, comment)
                        }
                    }
                }
            }
            for route in target.json + target.documents {
                let connection = try await RawConnection.open(url)
                let type = target.json.contains(route) ? "application/json" : "application/pdf"
                try await connection.send(
                    "POST \(route) HTTP/1.1\r\nHost: t\r\nContent-Type: \(type)\r\nContent-Length: 1000000000\r\n\r\n")
                #expect(try await connection.text { $0.contains("}") }.hasPrefix("HTTP/1.1 413"), "\(route)")
            }
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: targets) func aThousandBadRequestsLeaveTheMemoryAsItWas(
        target: Target
    ) async throws {
        try await Self.withTarget(target) { process, url in
            func send(_ count: Int) async throws {
                for number in 0..<count {
                    let route = target.json[number % target.json.count]
                    let input = HostileInput.json[number % HostileInput.json.count]
                    let answer = try await Self.post(input, to: url + route, type: "application/json")
                    #expect(answer.status < 500, "\(route), \(input.name)")
                }
            }
            try await send(300)
            let before = process.residentMemory()
            try await send(1000)
            let growth = process.residentMemory() - before
            // The deep ones alone are 100 MB in all: a tenth of them kept would show.
            #expect(growth < 8 << 20, "grew by \(growth) bytes")
        }
    }
}
