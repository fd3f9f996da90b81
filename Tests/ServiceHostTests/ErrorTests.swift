import Foundation
import Hummingbird
import NIOCore
import ServiceAPI
import ServiceHost
import ServiceTesting
import Testing

@Suite struct ErrorTests {
    private struct Secret: Error {
        let password = "hunter2"
    }

    private func withErrors(_ body: (String) async throws -> Void) async throws {
        let foreign = ErrorForm.Form.custom { error in
            Response(
                status: .init(code: error.status), headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(string: #"{"error":"\#(error.message)"}"#)))
        }
        let application = try testApplication(unmatchedErrors: ["/v2": foreign]) { router in
            let group = router.group("v1")
            group.get("known") { _, _ -> String in
                throw APIError(
                    status: 422, code: "too_odd", message: "size is odd", field: "size", retryAfter: .seconds(2.5))
            }
            group.get("unknown") { _, _ -> String in throw Secret() }
            group.get("hummingbird") { _, context -> String in try context.parameters.require("nothing") }
            group.get("items/{id}") { _, context in try context.pathParameter("id") }
            group.put("items/{id}") { _, _ in "put" }
            router.group("v2").add(middleware: ErrorForm(foreign))
                .get("known") { _, _ -> String in throw APIError.notFound("no such model") }
        }
        try await withRunningService(application, body)
    }

    private func content(_ answer: Answer) throws -> [String: String] {
        let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: [String: String]]
        return try #require(object?["error"])
    }

    @Test func aKnownErrorTellsEverything() async throws {
        try await withErrors { url in
            let answer = try await send("GET", url + "/v1/known", headers: ["X-Request-ID": "r1"])
            #expect(answer.status == 422)
            #expect(
                try content(answer) == [
                    "code": "too_odd", "message": "size is odd", "field": "size", "request_id": "r1",
                ])
            #expect(answer.header("Retry-After") == "3")
            #expect(answer.header("Content-Type") == "application/json; charset=utf-8")
            #expect(answer.header("X-Content-Type-Options") == "nosniff")
            #expect(answer.header("Cache-Control") == "no-store")
            #expect(answer.header("Date")?.hasSuffix(" GMT") == true)
        }
    }

    @Test func anUnknownErrorTellsNothing() async throws {
        try await withErrors { url in
            let answer = try await send("GET", url + "/v1/unknown")
            #expect(answer.status == 500)
            #expect(try content(answer)["code"] == "internal")
            #expect(!answer.body.contains("hunter2") && !answer.body.contains("Secret"))
        }
    }

    @Test func theFrameworksOwnErrorsHaveTheSameForm() async throws {
        try await withErrors { url in
            let answer = try await send("GET", url + "/v1/hummingbird")
            #expect(answer.status == 400)
            #expect(try content(answer)["code"] == "bad_request")
        }
    }

    @Test func anUnknownPathIs404() async throws {
        try await withErrors { url in
            for path in ["/", "/v1", "/v1/nothing", "/v1/items", "/v1/items/1/2", "/v1/known/x", "//"] {
                let answer = try await send("GET", url + path)
                #expect(answer.status == 404, "\(path)")
                #expect(try content(answer)["code"] == "not_found")
            }
        }
    }

    @Test func anotherMethodIs405AndSaysWhichAreAllowed() async throws {
        try await withErrors { url in
            let answer = try await send("DELETE", url + "/v1/items/7")
            #expect(answer.status == 405)
            #expect(answer.header("Allow") == "GET, HEAD, PUT")
            #expect(try content(answer)["code"] == "method_not_allowed")
            #expect(try await send("POST", url + "/health/live").status == 405)
            #expect(try await send("PATCH", url + "/v1/known").status == 405)
        }
    }

    @Test func headIsGetWithoutABody() async throws {
        try await withErrors { url in
            let answer = try await send("HEAD", url + "/v1/items/7")
            #expect(answer.status == 200)
            #expect(answer.header("Content-Length") == "1")
            #expect(answer.body.isEmpty)
        }
    }

    @Test func aForeignProtocolHasItsOwnForm() async throws {
        try await withErrors { url in
            let known = try await send("GET", url + "/v2/known")
            #expect(known.status == 404 && known.body == #"{"error":"no such model"}"#)
            let unmatched = try await send("GET", url + "/v2/nothing")
            #expect(unmatched.status == 404)
            #expect(unmatched.body == #"{"error":"there is no resource at /v2/nothing"}"#)
            #expect(unmatched.header("X-Request-ID") != nil)
        }
    }

    @Test func pathParametersAreDecoded() async throws {
        try await withErrors { url in
            let decoded = try await send("GET", url + "/v1/items/a%2Fb%20%C3%BC")
            #expect(decoded.body == "a/b ü")
            // An HTTP client would repair these.
            let connection = try await RawConnection.open(url)
            for broken in ["%", "%2", "%zz", "%ff"] {
                let before = connection.text.count
                try await connection.send("GET /v1/items/\(broken) HTTP/1.1\r\nHost: t\r\n\r\n")
                let answers = try await connection.text { $0.count > before && $0.hasSuffix("}}") }
                #expect(answers.dropFirst(before).hasPrefix("HTTP/1.1 400"), "\(broken)")
            }
            await connection.close()
        }
    }

    @Test func whatIsNotHTTPIsRefused() async throws {
        try await withErrors { url in
            let connection = try await RawConnection.open(url)
            try await connection.send("\u{16}\u{3}\u{1}nonsense\r\n\r\n")
            #expect(try await connection.text { $0.contains("\r\n\r\n") }.hasPrefix("HTTP/1.1 400"))
            #expect(try await connection.closes())
            #expect(try await send("GET", url + "/health/live").status == 200)
        }
    }
}
