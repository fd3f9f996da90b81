import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Reporting
import ServiceAPI
import ServiceHost
import ServiceTesting
import SuiteConfig
import Synchronization
import Testing

/// The service over HTTP, with a list of documents in place of the feature store.
@Suite(.serialized) struct ReportServiceTests {
    private static func record(_ number: Int, status: DocumentRecord.Status = .succeeded) -> DocumentRecord {
        func feature(_ value: FeatureValue.Scalar) -> FeatureValue {
            FeatureValue(value: value, eventTime: "2026-11-25T10:00:00Z", createdTime: "2026-11-25T10:00:00Z")
        }
        let failed = status == .failed
        return DocumentRecord(
            id: String(repeating: "a", count: 60) + String(1000 + number), name: "scan \(number).pdf",
            mediaType: "application/pdf", size: 1_000, metadata: ["source": number % 2 == 0 ? "mail" : "desk"],
            status: status,
            createdAt: "2026-11-25T10:00:0\(number % 10).250Z", finishedAt: "2026-11-25T10:01:00Z", view: "document@1",
            steps: [
                DocumentStep(
                    name: "recognize", status: failed ? .failed : .succeeded, milliseconds: 500,
                    error: failed ? StepError(code: "document_encrypted", message: "a password is needed") : nil)
            ],
            features: failed
                ? [:]
                : [
                    "page_count": feature(.int(2)), "read_by": feature(.string("ocr")),
                    "mean_confidence": feature(.double(0.9)),
                    "document_type": feature(.string(number % 3 == 0 ? "invoice" : "receipt")),
                    "type_score": feature(.double(0.8)),
                    "amount_total": feature(.double(12.34)), "amount_currency": feature(.string("EUR")),
                    "document_date": feature(.string("2026-11-24")),
                ],
            analysis: failed
                ? nil
                : TextAnalysis(
                    language: DetectedLanguage(code: "en", confidence: 0.99, reliable: true), sentences: [],
                    entities: [
                        TextEntity(
                            kind: .amount, start: 0, end: 5, text: "12,34", value: "12.34", currency: "EUR",
                            label: "total"),
                        TextEntity(kind: .email, start: 9, end: 14, text: "a@b.c"),
                    ]),
            excerpt: "Total 12,34", hasPreview: number == 0)
    }

    private static func source(_ records: [DocumentRecord], picture: Data? = nil) -> DocumentSource {
        DocumentSource(
            page: { _, limit, cursor in
                let start = cursor.flatMap { Int($0) } ?? 0
                let end = min(start + min(limit, 3), records.count)
                return DocumentPage(
                    documents: Array(records[start..<end]), nextCursor: end < records.count ? String(end) : nil)
            },
            picture: { _ in picture })
    }

    private static let six = [record(0), record(1), record(2), record(3), record(4, status: .failed), record(5)]

    private func run<Value: Sendable>(
        _ source: DocumentSource = source(six, picture: SamplePicture.png(width: 30, height: 40)),
        folder: TemporaryFolder,
        _ flags: [String] = [], _ body: (String) async throws -> Value
    ) async throws -> Value {
        let config = try testConfiguration(ReportingConfig.self, ["--data-path", folder.path] + flags)
        return try await withRunningService(
            try await ReportingService.application(config, testEnvironment(), source: source), body)
    }

    private func call(
        _ method: String, _ url: String, json: String? = nil, contentType: String = "application/json"
    ) async throws -> (status: Int, headers: [String: String], body: Data) {
        var request = HTTPClientRequest(url: url)
        request.method = .RAW(value: method)
        if let json {
            request.body = .bytes(ByteBuffer(string: json))
            request.headers.add(name: "content-type", value: contentType)
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: 64 << 20)
        let headers = Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
        return (Int(response.status.code), headers, Data(body.readableBytesView))
    }

    private func decode<Value: Decodable>(_: Value.Type, _ data: Data) throws -> Value {
        try JSONDecoder().decode(Value.self, from: data)
    }

    private struct ErrorBody: Decodable {
        struct Content: Decodable {
            var code: String
            var message: String
            var field: String?
            var request_id: String
        }

        var error: Content
    }

    private func finished(_ id: String, at url: String) async throws -> ReportRecord {
        for _ in 0..<600 {
            let record = try decode(ReportRecord.self, try await call("GET", "\(url)/v1/reports/\(id)").body)
            if record.status != .running { return record }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw CancellationError()
    }

    @Test func aReportIsTakenOnMadeServedListedAndDeleted() async throws {
        let folder = try TemporaryFolder()
        try await run(folder: folder) { url in
            let answer = try await call("POST", "\(url)/v1/reports", json: #"{"kind":"collection","title":"Mail <1>"}"#)
            #expect(answer.status == 202)
            let accepted = try decode(AcceptedReport.self, answer.body)
            #expect(accepted.created && accepted.statusURL == "/v1/reports/\(accepted.id)")
            #expect(answer.headers["location"] == accepted.statusURL)

            let record = try await finished(accepted.id, at: url)
            #expect(record.status == .succeeded, "\(record.error?.message ?? "")")
            #expect((record.title, record.documentCount, record.kind) == ("Mail <1>", 6, "collection"))

            let pdf = try await call("GET", url + (record.pdfURL ?? ""))
            #expect((pdf.status, pdf.headers["content-type"]) == (200, "application/pdf"))
            #expect(pdf.body.starts(with: Data("%PDF-".utf8)))
            #expect(try pdfText(pdf.body).contains("a password is needed"))

            let html = try await call("GET", url + (record.htmlURL ?? ""))
            #expect(html.headers["content-type"] == "text/html; charset=utf-8")
            #expect(html.headers["x-content-type-options"] == "nosniff")
            let policy = html.headers["content-security-policy"] ?? ""
            #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
            let text = String(decoding: html.body, as: UTF8.self)
            #expect(text.contains("Mail &lt;1&gt;") && text.contains("EUR 12.34") && text.contains("data:image/png"))

            let again = try decode(
                AcceptedReport.self,
                try await call("POST", "\(url)/v1/reports", json: #"{"kind":"collection","title":"Mail <1>"}"#).body)
            #expect((again.id, again.created, again.status) == (accepted.id, false, .succeeded))

            let list = try decode(ReportPage.self, try await call("GET", "\(url)/v1/reports").body)
            #expect(list.reports.map(\.id) == [accepted.id])
            #expect(try await call("DELETE", "\(url)/v1/reports/\(accepted.id)").status == 204)
            #expect(try await call("GET", "\(url)/v1/reports/\(accepted.id)").status == 404)
            #expect(try await call("DELETE", "\(url)/v1/reports/\(accepted.id)").status == 404)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func aQueryChoosesAndLimits() async throws {
        let folder = try TemporaryFolder()
        let counts: [(String, Int)] = [
            (#"{"status":"failed"}"#, 1), (#"{"type":"invoice"}"#, 2), (#"{"metadata":{"source":"mail"}}"#, 3),
            (#"{"limit":4}"#, 4), (#"{"type":"letter"}"#, 0), (#"{"type":"receipt","metadata":{"source":"desk"}}"#, 2),
        ]
        try await run(folder: folder) { url in
            for (query, count) in counts {
                let accepted = try decode(
                    AcceptedReport.self,
                    try await call("POST", "\(url)/v1/reports", json: "{\"kind\":\"collection\",\"query\":\(query)}")
                        .body)
                let record = try decode(
                    ReportRecord.self, try await call("GET", "\(url)/v1/reports/\(accepted.id)").body)
                #expect(record.documentCount == count, "\(query)")
            }
            var cursor = ""
            var seen: [String] = []
            repeat {
                let page = try decode(
                    ReportPage.self, try await call("GET", "\(url)/v1/reports?limit=2\(cursor)").body)
                seen += page.reports.map(\.id)
                cursor = page.nextCursor.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(seen.count == counts.count && Set(seen).count == counts.count)
        }
    }

    @Test func reportsSurviveARestartAndUnfinishedOnesAreMade() async throws {
        let folder = try TemporaryFolder()
        let id = try await run(folder: folder) { url in
            // Stopped at once: the report is on disk, but hardly begun.
            try decode(
                AcceptedReport.self, try await call("POST", "\(url)/v1/reports", json: #"{"kind":"collection"}"#).body
            ).id
        }
        try await run(folder: folder) { url in
            let record = try await finished(id, at: url)
            #expect(record.status == .succeeded)
        }
        try await run(folder: folder) { url in
            let status = try await call("GET", "\(url)/v1/reports/\(id)/pdf").status
            #expect(status == 200)
        }
    }

    @Test func aTemplateThatTeXRefusesFailsTheReportAndNamesTheLine() async throws {
        let (folder, templates) = (try TemporaryFolder(), try TemporaryFolder())
        try Data(
            "\\documentclass{article}\n\\begin{document}\n<<#cards>>\n\\oops <<name>>\n<</cards>>\n\\end{document}\n"
                .utf8
        )
        .write(to: URL(filePath: "\(templates.path)/collection.tex.mustache"))
        try await run(folder: folder, ["--templates-path", templates.path]) { url in
            let id = try decode(
                AcceptedReport.self, try await call("POST", "\(url)/v1/reports", json: #"{"kind":"collection"}"#).body
            ).id
            let record = try await finished(id, at: url)
            #expect(record.status == .failed)
            #expect(record.error?.code == "typesetting_failed")
            #expect(record.error?.texLine == 3)
            #expect(record.error?.templateLine == "collection.tex.mustache:4")
            #expect(record.error?.message.contains("Undefined control sequence") == true)
            let pdf = try await call("GET", "\(url)/v1/reports/\(id)/pdf")
            #expect(pdf.status == 409)
            #expect(try decode(ErrorBody.self, pdf.body).error.code == "report_not_ready")
        }
    }

    @Test func aStoreThatCannotBeReachedIsNamed() async throws {
        let folder = try TemporaryFolder()
        let config = try testConfiguration(
            ReportingConfig.self,
            [
                "--data-path", folder.path, "--services-feature-store", "http://127.0.0.1:1",
                "--services-feature-store-timeout", "1s",
            ])
        try await withRunningService(try await ReportingService.application(config, testEnvironment())) { url in
            let answer = try await call("POST", "\(url)/v1/reports", json: #"{"kind":"collection"}"#)
            #expect([503, 504].contains(answer.status))
            #expect(try decode(ErrorBody.self, answer.body).error.message.contains("feature-store"))
        }
    }

    @Test func badInputIsTheCallersFaultAndNamed() async throws {
        let folder = try TemporaryFolder()
        let deep = String(repeating: "[", count: 5_000)
        let id = String(repeating: "0", count: 32)
        let table:
            [(name: String, method: String, path: String, body: String?, type: String, status: Int, field: String?)] = [
                ("empty", "POST", "/v1/reports", "", "application/json", 400, nil),
                ("truncated", "POST", "/v1/reports", #"{"kind":"#, "application/json", 400, nil),
                ("wrong type", "POST", "/v1/reports", #"{"kind":7}"#, "application/json", 422, "kind"),
                (
                    "wrong content type", "POST", "/v1/reports", "kind=collection", "application/x-www-form-urlencoded",
                    415, nil
                ),
                (
                    "oversize", "POST", "/v1/reports", "{\"kind\":\"\(String(repeating: "x", count: 70_000))\"}",
                    "application/json", 413, nil
                ),
                ("deep", "POST", "/v1/reports", "{\"kind\":\(deep)", "application/json", 400, nil),
                ("unknown kind", "POST", "/v1/reports", #"{"kind":"novel"}"#, "application/json", 422, "kind"),
                ("no kind", "POST", "/v1/reports", "{}", "application/json", 422, "kind"),
                (
                    "NUL", "POST", "/v1/reports", #"{"kind":"collection","title":"a\u0000b"}"#, "application/json", 422,
                    "title"
                ),
                (
                    "lone surrogate", "POST", "/v1/reports", #"{"kind":"collection","title":"\ud800"}"#,
                    "application/json", 400, nil
                ),
                (
                    "long title", "POST", "/v1/reports",
                    "{\"kind\":\"collection\",\"title\":\"\(String(repeating: "x", count: 201))\"}", "application/json",
                    422, "title"
                ),
                (
                    "limit 0", "POST", "/v1/reports", #"{"kind":"collection","query":{"limit":0}}"#, "application/json",
                    422, "query.limit"
                ),
                (
                    "limit 10⁹", "POST", "/v1/reports", #"{"kind":"collection","query":{"limit":1000000000}}"#,
                    "application/json", 422, "query.limit"
                ),
                (
                    "status", "POST", "/v1/reports", #"{"kind":"collection","query":{"status":"lost"}}"#,
                    "application/json", 422, "query.status"
                ),
                (
                    "metadata", "POST", "/v1/reports", #"{"kind":"collection","query":{"metadata":{"a":1}}}"#,
                    "application/json", 422, "query.metadata.a"
                ),
                ("array", "POST", "/v1/reports", "[]", "application/json", 422, nil),
                ("random bytes", "POST", "/v1/reports", "\u{1}\u{2}%PDF\u{7F}", "application/json", 400, nil),
                ("no such report", "GET", "/v1/reports/\(id)", nil, "", 404, nil),
                ("path out", "GET", "/v1/reports/..%2F..%2Fetc", nil, "", 404, nil),
                ("no id", "GET", "/v1/reports/x/pdf", nil, "", 404, nil),
                ("list limit", "GET", "/v1/reports?limit=0", nil, "", 422, "limit"),
                ("list limit text", "GET", "/v1/reports?limit=abc", nil, "", 422, "limit"),
                ("method", "PUT", "/v1/reports", nil, "", 405, nil),
            ]
        try await run(folder: folder) { url in
            for row in table {
                let answer = try await call(row.method, url + row.path, json: row.body, contentType: row.type)
                #expect(answer.status == row.status, "\(row.name): \(String(decoding: answer.body, as: UTF8.self))")
                let error = try decode(ErrorBody.self, answer.body).error
                #expect(!error.message.isEmpty && !error.request_id.isEmpty, "\(row.name)")
                #expect(error.field == row.field, "\(row.name)")
            }
            #expect(try await call("GET", "\(url)/health/ready").status == 200)
        }
    }

    @Test func moreThanMayWaitIsRefused() async throws {
        let folder = try TemporaryFolder()
        let gate = Mutex(false)
        let source = DocumentSource(
            page: { _, _, _ in DocumentPage(documents: [Self.record(0)]) },
            picture: { _ in
                while !gate.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(20)) }
                return nil
            })
        try await run(source, folder: folder, ["--reports-waiting", "1"]) { url in
            var statuses: [Int] = []
            for title in ["a", "b", "c"] {
                statuses.append(
                    try await call(
                        "POST", "\(url)/v1/reports", json: "{\"kind\":\"collection\",\"title\":\"\(title)\"}"
                    ).status)
            }
            #expect(statuses == [202, 202, 503])
            gate.withLock { $0 = true }
        }
    }

    @Test func openAPIDescribesExactlyTheRoutes() async throws {
        struct Document: Decodable { var paths: [String: [String: Anything]] }
        struct Anything: Decodable { init(from decoder: any Decoder) {} }
        let folder = try TemporaryFolder()
        let config = try testConfiguration(ReportingConfig.self, ["--data-path", folder.path])
        let application = try await ReportingService.application(config, testEnvironment(), source: Self.source([]))
        let document = try decode(Document.self, Data(OpenAPIDocument.json.utf8))
        let described = document.paths.flatMap { path, operations in
            operations.keys.filter { $0 != "parameters" }.map { "\($0.uppercased()) \(path)" }
        }
        #expect(Set(described) == Set(application.routes.map(\.description)))
    }
}
