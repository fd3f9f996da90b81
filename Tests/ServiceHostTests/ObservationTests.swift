import Foundation
import Hummingbird
import NIOCore
import ServiceAPI
import ServiceHost
import ServiceTesting
import Telemetry
import Testing

@Suite struct ObservationTests {
    @Test func metricsCountByRouteMethodAndStatus() async throws {
        let application = try testApplication { router in
            router.get("items/{id}") { _, context in
                if try context.pathParameter("id") == "none" { throw APIError.notFound("none") }
                return "12345"
            }
            router.post("items") { request, context in
                "\(try await request.collectBody(context).readableBytes)"
            }
        }
        try await withRunningService(application) { url in
            for id in ["1", "2", "none"] { _ = try await send("GET", url + "/items/\(id)") }
            _ = try await send("POST", url + "/items", body: "abc")
            for path in ["/x", "/y/z"] { _ = try await send("GET", url + path) }
            let answer = try await send("GET", url + "/metrics")
            #expect(answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
            for line in [
                #"http_requests_total{method="GET",route="/items/{id}",status="200"} 2"#,
                #"http_requests_total{method="GET",route="/items/{id}",status="404"} 1"#,
                #"http_requests_total{method="POST",route="/items",status="200"} 1"#,
                #"http_requests_total{method="other",route="unmatched",status="404"} 2"#,
                #"http_request_duration_seconds_count{method="GET",route="/items/{id}"} 3"#,
                #"http_request_body_bytes_total{method="POST",route="/items"} 3"#,
                #"http_response_body_bytes_total{method="POST",route="/items"} 1"#,
                "http_requests_in_flight 1",
                #"build_info{service="test-service",version="1"} 1"#,
            ] {
                #expect(answer.body.contains(line + "\n"), "\(line)\n\(answer.body)")
            }
        }
    }

    @Test func eachRequestIsOneLogLine() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("access-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: path))
        let sink = LogSink(descriptor: file.fileDescriptor)
        let telemetry = Telemetry(service: "test-service", version: "1", logs: sink)
        let application = try testApplication(telemetry: telemetry) { router in
            router.post("items/{id}") { request, context in
                "\(try await request.collectBody(context).readableBytes)"
            }
            router.get("stream") { _, _ in
                Response(
                    status: .ok,
                    body: ResponseBody { writer in
                        for _ in 0..<3 { try await writer.write(ByteBuffer(string: "1234567890")) }
                        try await writer.finish(nil)
                    })
            }
        }
        try await withRunningService(application) { url in
            _ = try await send(
                "POST", url + "/items/a%20b?secret=1",
                headers: [
                    "X-Request-ID": "r-1", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                ],
                body: "abc")
            #expect(try await send("GET", url + "/stream").body.utf8.count == 30)
            _ = try await send("GET", url + "/nothing")
        }
        sink.flush()
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }.filter { $0["message"] as? String == "request" }
        #expect(lines.count == 3)
        let first = try #require(lines.first)
        #expect(first["method"] as? String == "POST")
        #expect(first["route"] as? String == "/items/{id}")
        #expect(first["path"] as? String == "/items/a%20b")
        #expect(first["status"] as? Int == 200)
        #expect(first["bytes_in"] as? Int == 3)
        #expect(first["bytes_out"] as? Int == 1)
        #expect(first["request_id"] as? String == "r-1")
        #expect(first["trace_id"] as? String == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(try #require(first["duration_ms"] as? Double) < 20_000)
        #expect(lines[1]["bytes_out"] as? Int == 30)
        #expect(lines[2]["route"] as? String == "unmatched")
        #expect(lines[2]["status"] as? Int == 404)
        try file.close()
    }
}
