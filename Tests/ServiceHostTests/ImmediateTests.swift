import Foundation
import Hummingbird
import NIOCore
import ServiceHost
import ServiceTesting
import Telemetry
import Testing

/// Answers that are made where their requests are read.
@Suite struct ImmediateTests {
    /// Bodies of digits are answered at once, others by the route.
    private func application(
        _ flags: [String] = [],
        telemetry: Telemetry = Telemetry(service: "test-service", version: "1", logs: .discarding)
    ) throws -> ServiceApplication {
        try testApplication(
            flags, telemetry: telemetry,
            immediate: { request, body, _ in
                guard request.path == "/items/1", body.readableBytesView.allSatisfy({ $0 < UInt8(ascii: ":") }) else {
                    return nil
                }
                return ImmediateAnswer(
                    route: "/items/{id}", headers: [.contentType: "text/plain"],
                    body: ByteBuffer(string: "<\(String(buffer: body))>"))
            }
        ) { router in
            router.post("items/{id}") { request, context in
                "<\(String(buffer: try await request.collectBody(context)))>"
            }
        }
    }

    private func post(_ body: String, headers: String = "") -> String {
        "POST /items/1 HTTP/1.1\r\nHost: t\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// What was answered, in order.
    private func answers(_ text: String) -> [Substring] {
        text.split(separator: "\r\n").filter { $0.hasPrefix("<") }.map { $0.prefix { $0 != ">" }.dropFirst() }
    }

    @Test func answersAreCompletedAndCountedAsOthers() async throws {
        try await withRunningService(try application()) { url in
            let ordinary = try await send("POST", url + "/items/1", body: "abc")
            let immediate = try await send("POST", url + "/items/1", headers: ["X-Request-ID": "r-7"], body: "123")
            #expect(ordinary.body == "<abc>" && immediate.body == "<123>")
            #expect(immediate.header("X-Request-ID") == "r-7")
            #expect(immediate.header("Content-Type") == "text/plain")
            #expect(immediate.header("Content-Length") == "5")
            let names = { (answer: Answer) in Set(answer.headers.map { $0.name.lowercased() }) }
            #expect(names(immediate) == names(ordinary))
            let metrics = try await send("GET", url + "/metrics").body
            for line in [
                #"http_requests_total{method="POST",route="/items/{id}",status="200"} 2"#,
                #"http_request_duration_seconds_count{method="POST",route="/items/{id}"} 2"#,
                #"http_request_body_bytes_total{method="POST",route="/items/{id}"} 6"#,
                #"http_response_body_bytes_total{method="POST",route="/items/{id}"} 10"#,
                "http_requests_in_flight 1",
            ] { #expect(metrics.contains(line + "\n"), "\(line)\n\(metrics)") }
        }
    }

    /// Thousands at once, after one that takes a task: no answer overtakes another, and no stack grows with them.
    @Test func requestsSentAheadAreAnsweredInOrder() async throws {
        try await withRunningService(try application()) { url in
            let connection = try await RawConnection.open(url)
            let bodies = (0..<4000).map { $0.isMultiple(of: 500) ? "a\($0)" : "\($0)" }
            try await connection.send(bodies.map { post($0) }.joined())
            let text = try await connection.text { $0.hasSuffix("<3999>") }
            #expect(answers(text) == bodies.map { Substring($0) })
            #expect(!connection.isClosed)
            await connection.close()
        }
    }

    @Test func theConnectionIsClosedWhereTheClientSaysSo() async throws {
        try await withRunningService(try application()) { url in
            let connection = try await RawConnection.open(url)
            try await connection.send(post("1", headers: "Connection: close\r\n") + post("2"))
            #expect(try await connection.closes())
            #expect(answers(connection.text) == ["1"])
        }
    }

    @Test func whatIsWrongWithARequestIsSaidByItsRoute() async throws {
        try await withRunningService(try application(["--http-max-body", "1KiB"])) { url in
            let late = try await send("POST", url + "/items/1", headers: ["X-Request-Timeout": "soon"], body: "1")
            #expect(late.status == 400 && late.body.contains("X-Request-Timeout is \\\"soon\\\""))
            let large = try await send("POST", url + "/items/1", body: String(repeating: "a", count: 2000))
            #expect(large.status == 413)
        }
    }

    @Test func aHeadThatIsNoRequestIs400() async throws {
        try await withRunningService(try application()) { url in
            for head in ["nonsense\r\n\r\n", "GET  HTTP/1.1\r\n\r\n"] {
                let connection = try await RawConnection.open(url)
                try await connection.send(head)
                #expect(try await connection.closes())
                #expect(connection.text.hasPrefix("HTTP/1.1 400"), "\(head) \(connection.text)")
            }
        }
    }
}
