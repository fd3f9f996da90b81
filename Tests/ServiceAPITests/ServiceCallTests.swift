import NIOCore
import NIOHTTP1
import ServiceAPI
import Testing

@Suite struct ServiceCallTests {
    @Test func segmentsAndQueryAreEncoded() {
        let call = ServiceCall(
            .GET, ["v2", "models", "a/b c%ü"], query: [("name", "x&y=z"), ("none", nil), ("metadata.k", "")])
        #expect(call.target == "/v2/models/a%2Fb%20c%25%C3%BC?name=x%26y%3Dz&metadata.k=")
        #expect(ServiceCall(.GET, ["health"]).target == "/health")
    }

    @Test func onlyCallsThatChangeNothingTwiceMayRepeat() throws {
        for method in [HTTPMethod.GET, .HEAD, .PUT, .DELETE] { #expect(ServiceCall(method, ["x"]).mayRepeat) }
        for method in [HTTPMethod.POST, .PATCH] { #expect(!ServiceCall(method, ["x"]).mayRepeat) }
        #expect(try ServiceCall.json(.POST, ["x"], body: [1], changesNothing: true).mayRepeat)
    }

    @Test func aRefusalCarriesTheServicesWords() {
        func error(_ status: Int, _ body: String, _ headers: HTTPHeaders = [:]) -> ServiceError {
            ServiceAnswer(service: "nlp", status: status, headers: headers, body: ByteBuffer(string: body)).error
        }
        let ours = error(
            422, #"{"error":{"code":"invalid","message":"inputs[3] is empty","field":"inputs[3]","request_id":"r"}}"#)
        #expect(ours.code == "invalid" && ours.field == "inputs[3]")
        #expect(ours.description == "nlp answered 422: inputs[3] is empty")
        #expect(ours.isCallersFault)
        #expect(error(400, #"{"error":"bad shape","error_type":"Validation"}"#).message == "bad shape")
        #expect(error(503, "busy", ["Retry-After": "7"]).retryAfter == .seconds(7))
        #expect(error(500, "").message == "no message")
        #expect(error(502, String(repeating: "x", count: 10_000)).message.count == 300)
    }

    @Test func aFailureIsToldOnAsTheRightStatus() {
        func status(_ kind: ServiceError.Kind, _ status: Int? = nil) -> Int {
            ServiceError(service: "nlp", kind: kind, status: status, message: "m").apiError.status
        }
        #expect(status(.refused, 400) == 502)
        #expect(status(.refused, 500) == 502)
        #expect(status(.refused, 429) == 503)
        #expect(status(.refused, 503) == 503)
        #expect(status(.unreachable) == 503)
        #expect(status(.deadlineExceeded) == 504)
        #expect(status(.unreadable, 200) == 502)
        let told = ServiceError(service: "nlp", kind: .refused, status: 500, message: "boom").apiError
        #expect(told.message == "nlp answered 500: boom")
    }
}
