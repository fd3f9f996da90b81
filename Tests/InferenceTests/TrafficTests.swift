import Inference
import ServiceTesting
import Testing

/// Which version answers, how many requests are taken, and what is compared.
///
/// The test backend's versions differ by what they sleep or do wrong, and every answer names its version.
@Suite struct TrafficTests {
    /// A model with versions 1 and 2.
    private func repository(_ extra: String, parameters: String = "") throws -> ModelRepository {
        let repository = try ModelRepository()
        try repository.addEcho(
            "m", parameters: parameters, extra: "\"versions\": \"all\", \(extra)", versions: [1, 2])
        return repository
    }

    private static let body = #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}"#

    private func version(
        _ server: InferenceServer, _ headers: [(String, String)] = [], path: String = "/v2/models/m/infer"
    ) async throws -> Int? {
        let text = try await server.post(path, Self.body, headers: headers).text
        return [1, 2].first { text.contains("\"model_version\":\"\($0)\"") }
    }

    @Test func aLabelStandsForAVersion() async throws {
        let labels = #""version_labels": {"stable": 1, "canary": 2},"#
        let repository = try repository(labels)
        let flags = ["--models-control", "explicit", "--models-load", "*"]
        try await InferenceServer.with(repository, flags: flags) { server in
            let path = "/v2/models/m/labels"
            #expect(try await version(server, path: "\(path)/stable/infer") == 1)
            #expect(try await version(server, path: "\(path)/canary/infer") == 2)
            #expect(try await server.get("\(path)/stable").status == 200)
            #expect(try await server.get("\(path)/stable/ready").status == 200)
            #expect(try await server.get("\(path)/stable/config").text.contains(#""canary":2"#))
            let statistics = try await server.statistics("\(path)/stable/stats")
            #expect(statistics.map(\.version) == ["1"])
            let unknown = try await server.get("\(path)/beta/ready")
            #expect(unknown.status == 404 && unknown.error == "model 'm' has no version labelled 'beta'")

            // Moving a label loads nothing again: the counters of a new load would be the same, its engine would not be.
            try repository.addEcho(
                "m", extra: #""versions": "all", "version_labels": {"stable": 2},"#, versions: [1, 2])
            #expect(try await server.post("/v2/repository/models/m/load", "").status == 200)
            #expect(try await version(server, path: "\(path)/stable/infer") == 2)
            #expect(try await server.get("\(path)/canary/ready").status == 404)

            // A label of a version that is not served changes nothing.
            try repository.addEcho(
                "m", extra: #""versions": "all", "version_labels": {"stable": 7},"#, versions: [1, 2])
            let refused = try await server.post("/v2/repository/models/m/load", "")
            #expect(refused.status == 500)
            #expect(refused.error?.contains("'version_labels.stable' names version 7, which is not served") == true)
            #expect(try await version(server, path: "\(path)/stable/infer") == 2)
        }
    }

    @Test func aStickyHeaderKeepsItsVersionAndThePartsAreKept() async throws {
        let split =
            #""traffic": {"split": [{"version": 1, "percent": 70}, {"version": 2, "percent": 30}], "sticky_header": "X-User"},"#
        try await InferenceServer.with(try repository(split)) { server in
            var count = 0
            for user in 0..<200 {
                let first = try await version(server, [("X-User", "user-\(user)")])
                #expect(try await version(server, [("X-User", "user-\(user)")]) == first)
                if first == 2 { count += 1 }
            }
            // Computed from the hash's definition (FNV-1a, MurmurHash3's finalizer) by another program.
            #expect(count == 66)
            // Without the header by chance: 30 percent of 400 is 120; six standard deviations are 55.
            var random = 0
            for _ in 0..<400 where try await version(server) == 2 { random += 1 }
            #expect(65...175 ~= random)
            // Who names a version gets it.
            #expect(try await version(server, path: "/v2/models/m/versions/1/infer") == 1)
        }
    }

    @Test func aHeaderChoosesAVersion() async throws {
        let rules =
            #""version_labels": {"b": 1}, "traffic": {"headers": [{"name": "X-Variant", "value": "b", "version": "b"}]},"#
        try await InferenceServer.with(try repository(rules)) { server in
            let exact = try await version(server, [("X-Variant", "b")])
            #expect(exact == 1)
            #expect(try await version(server, [("x-variant", "b")]) == 1)
            #expect(try await version(server, [("X-Variant", "a")]) == 2)
            #expect(try await version(server) == 2)
        }
    }

    /// The shadow takes 300 ms and fails on what is negative; who asks notices neither.
    @Test func aShadowIsComparedAndNeverFelt() async throws {
        let shadow =
            #""traffic": {"shadow": {"version": 2, "tolerance": 0.001}, "split": [{"version": 1, "percent": 100}]},"#
        let repository = try repository(shadow)
        try await InferenceServer.with(repository) { server in
            for _ in 0..<3 { #expect(try await version(server) == 1) }
            try await server.waitForMetric(
                #"inference_shadow_requests_total{model="m",version="2",result="agreed"} 3"#)
            let metrics = try await server.get("/metrics").text
            #expect(metrics.contains(#"inference_shadow_duration_seconds_count{model="m",version="2"} 3"#))
            #expect(!metrics.contains("result=\"failed\""))
            // What the shadow itself is asked is not tried again.
            #expect(try await version(server, path: "/v2/models/m/versions/2/infer") == 2)
        }
    }

    @Test(.enabled(if: Plugins.isBuilt("openvino")))
    func aShadowThatAnswersOtherwiseDisagrees() async throws {
        let repository = try ModelRepository()
        try repository.addONNX(
            "affine",
            extra:
                #""versions": "all", "traffic": {"split": [{"version": 1, "percent": 100}], "shadow": {"version": 2}},"#
        )
        try repository.copyONNX("log", to: "affine/2/model.onnx")
        try await InferenceServer.with(repository) { server in
            let answer = try await server.infer("affine", "[1,2,3]", shape: "[1,3]")
            #expect(answer.status == 200 && answer.text.contains("22.5"))
            // Its input has another shape or its output another name: it fails or disagrees, and is counted either way.
            try await server.waitForMetric(
                #"inference_shadow_requests_total{model="affine",version="2",result="failed"} 1"#,
                #"inference_shadow_requests_total{model="affine",version="2",result="disagreed"} 1"#)
        }
    }

    @Test func moreRequestsThanTheRateAre429() async throws {
        let limit = #""rate_limit": {"requests_per_second": 0.01, "burst": 3},"#
        try await InferenceServer.with(try repository(limit)) { server in
            for _ in 0..<3 { #expect(try await version(server) == 2) }
            let refused = try await server.post("/v2/models/m/infer", Self.body)
            #expect(refused.status == 429)
            #expect(refused.error?.contains("takes 0.01 requests a second") == true)
            // 100 seconds a request.
            let wait = refused.headers["retry-after"].flatMap { Int($0) } ?? 0
            #expect(90...101 ~= wait)
            #expect(try await server.get("/v2/models/m/ready").status == 200)
            let metrics = try await server.get("/metrics").text
            #expect(
                metrics.contains(#"nv_inference_request_failure{model="m",version="2",reason="REJECTED"} 1"#))
        }
    }

    @Test func aModelsTimeLimitEndsWaitingAndExecution() async throws {
        let repository = try repository(
            #""time_limit_microseconds": 300000,"#, parameters: "\"sleep_ms\": 200000")
        try await InferenceServer.with(repository) { server in
            let clock = ContinuousClock()
            let start = clock.now
            async let first = server.post("/v2/models/m/infer", Self.body)
            async let second = server.post("/v2/models/m/infer", Self.body)
            for answer in try await [first, second] {
                #expect(answer.status == 504)
                #expect(answer.error == "model 'm': the time for an answer is over")
            }
            #expect(clock.now - start < .seconds(100))
        }
    }

    @Test(arguments: [
        (
            #""traffic": {"split": [{"version": 1, "percent": 50}]}"#,
            "'traffic.split' adds up to 50.0 percent, expected 100"
        ),
        (#""traffic": {"split": [{"version": 1, "percent": 33.333}]}"#, "'traffic.split[0].percent' is 33.333"),
        (#""traffic": {"split": [{"version": "beta", "percent": 100}]}"#, "'traffic.split[0].version' is \"beta\""),
        (
            #""traffic": {"split": [{"version": 1, "percent": 50}, {"version": 1, "percent": 50}]}"#,
            "has version 1 twice"
        ),
        (#""traffic": {"sticky_header": "a b"}"#, "'traffic.sticky_header' is \"a b\""),
        (#""traffic": {"shadow": {}}"#, "'traffic.shadow.version' is null"),
        (#""version_labels": {"1": 1}"#, "'version_labels' has the label \"1\""),
        (#""version_labels": {"a": 0}"#, "'version_labels.a' is 0"),
        (#""rate_limit": {}"#, "'rate_limit.requests_per_second' is null"),
        (#""rate_limit": {"requests_per_second": 0}"#, "'rate_limit.requests_per_second' is 0"),
        (#""checksums": {"../x": "\#(String(repeating: "a", count: 64))"}"#, "'checksums' names \"../x\""),
        (#""checksums": {"x": "ab"}"#, "'checksums.x' is \"ab\", expected 64 hexadecimal digits"),
    ])
    func aWrongPolicyNamesItsKey(json: String, message: String) {
        #expect {
            try ModelConfig(parsing: Array("{\"backend\":\"x\",\(json)}".utf8))
        } throws: { error in
            let found = (error as? InferenceError)?.message ?? ""
            if !found.contains(message) { Issue.record("\(found)") }
            return found.contains(message)
        }
    }
}

extension InferenceServer {
    /// Waits until the metrics have one of these lines.
    func waitForMetric(_ lines: String...) async throws {
        for _ in 0..<200 {
            let metrics = try await get("/metrics").text
            if lines.contains(where: metrics.contains) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("none of \(lines) came within 10 seconds")
    }
}
