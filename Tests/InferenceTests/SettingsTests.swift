import FoundationEssentials
import Inference
import Testing

/// Log and trace settings in the form of Triton's extensions.
@Suite struct SettingsTests {
    private static let remote = ["--settings-remote", "true"]

    @Test func settingsAreShownButNotChangedUnlessAllowed() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try await InferenceServer.with(repository) { server in
            let trace =
                #"{"trace_file":"","trace_level":["OFF"],"trace_rate":"1000","trace_count":"-1","log_frequency":"0"}"#
            #expect(try await server.get("/v2/trace/setting").text == trace)
            #expect(try await server.get("/v2/models/m/trace/setting").text == trace)
            #expect(try await server.get("/v2/logging").text.contains("\"log_format\":\"default\""))
            for path in ["/v2/trace/setting", "/v2/models/m/trace/setting", "/v2/logging"] {
                let answer = try await server.post(path, "{}")
                #expect(answer.status == 403 && answer.error?.contains("settings.remote") == true)
            }
        }
    }

    @Test func aModelsTraceSettingsGoBeforeThoseOfAll() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try repository.addEcho("n")
        try await InferenceServer.with(repository, flags: Self.remote) { server in
            _ = try await server.post("/v2/trace/setting", #"{"trace_rate":"50"}"#)
            let changed = try await server.post(
                "/v2/models/m/trace/setting", #"{"trace_level":["TIMESTAMPS"],"trace_count":"2","trace_rate":1}"#)
            let expected =
                #"{"trace_file":"","trace_level":["TIMESTAMPS"],"trace_rate":"1","trace_count":"2","log_frequency":"0"}"#
            #expect(changed.text == expected)
            #expect(try await server.get("/v2/models/m/trace/setting").text == expected)
            #expect(try await server.get("/v2/models/n/trace/setting").text.contains("\"trace_rate\":\"50\""))
            // Each trace counts down.
            for _ in 0..<3 { _ = try await server.infer("m", "[1]", shape: "[1]") }
            #expect(try await server.get("/v2/models/m/trace/setting").text.contains("\"trace_count\":\"0\""))
            #expect(
                try await server.post("/v2/models/m/trace/setting", #"{"trace_rate":null}"#).text
                    .contains("\"trace_rate\":\"50\""))
            _ = try await server.post("/v2/models/m/trace/setting", "{}")
            #expect(try await server.get("/v2/models/m/trace/setting").text.contains("\"trace_level\":[\"OFF\"]"))
            #expect(try await server.get("/v2/models/absent/trace/setting").status == 404)
        }
    }

    @Test(arguments: [
        ("/v2/trace/setting", #"{"trace_level":["TENSORS"]}"#, "'trace_level' \"TENSORS\""),
        ("/v2/trace/setting", #"{"trace_rate":"0"}"#, "'trace_rate' is \"0\""),
        ("/v2/trace/setting", #"{"trace_rate":["1"]}"#, "'trace_rate' has the wrong type"),
        ("/v2/trace/setting", #"{"trace_file":"/etc/passwd"}"#, "'trace_file' cannot be set"),
        ("/v2/trace/setting", #"{"colour":"red"}"#, "unknown trace setting 'colour'"),
        ("/v2/trace/setting", "[", "the request's JSON"),
        ("/v2/logging", #"{"log_file":"/etc/passwd"}"#, "'log_file' cannot be set"),
        ("/v2/logging", #"{"log_format":"ISO8601"}"#, "'log_format' can only be"),
        ("/v2/logging", #"{"log_info":1}"#, "'log_info' is a number"),
        ("/v2/logging", #"{"log_verbose_level":-1}"#, "'log_verbose_level'"),
    ])
    func aWrongSettingIsNamedAndChangesNothing(path: String, body: String, message: String) async throws {
        try await InferenceServer.with(nil, flags: Self.remote) { server in
            let before = try await server.get(path).text
            let answer = try await server.post(path, body)
            #expect(answer.status == 400)
            #expect(answer.error?.contains(message) == true, "\(answer.text)")
            #expect(try await server.get(path).text == before)
        }
    }

    @Test func logSettingsChangeOneByOne() async throws {
        try await InferenceServer.with(nil, flags: Self.remote) { server in
            let changed = try await server.post(
                "/v2/logging", #"{"log_verbose_level":1,"log_info":false,"log_file":""}"#)
            #expect(changed.status == 200)
            #expect(changed.text.contains(#""log_info":false"#) && changed.text.contains(#""log_verbose_level":1"#))
            #expect(try await server.get("/v2/logging").text == changed.text)
        }
    }
}
