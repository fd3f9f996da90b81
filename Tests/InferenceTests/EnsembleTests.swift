import FoundationEssentials
import Inference
import ServiceTesting
import Testing

/// Models that are graphs of others.
@Suite struct EnsembleTests {
    private func step(_ model: String, _ inputs: [String: String], _ outputs: [String: String]) throws -> String {
        func text(_ map: [String: String]) throws -> String {
            String(decoding: try JSONEncoder().encode(map), as: UTF8.self)
        }
        return
            #"{"model_name":"\#(model)","model_version":-1,"input_map":\#(try text(inputs)),"output_map":\#(try text(outputs))}"#
    }

    private func tensor(_ name: String, _ datatype: String = "FP32", _ shape: String = "[-1]") -> String {
        #"{"name":"\#(name)","datatype":"\#(datatype)","shape":\#(shape)}"#
    }

    private func add(
        _ name: String, to repository: ModelRepository, inputs: [String], outputs: [String], steps: [String],
        extra: String = ""
    ) throws {
        try FileManager.default.createDirectory(
            atPath: "\(repository.path)/\(name)/1", withIntermediateDirectories: true)
        try repository.write(
            """
            {"platform": "ensemble", \(extra) "inputs": [\(inputs.joined(separator: ","))],
             "outputs": [\(outputs.joined(separator: ","))],
             "ensemble_scheduling": {"step": [\(steps.joined(separator: ","))]}}
            """, to: "\(name)/config.json")
    }

    /// `out` = (a + b + a) + (a + b + b): three steps of one model in two layers, and one that joins them.
    @Test(.enabled(if: Plugins.isBuilt("openvino")))
    func stepsPassTheirTensorsOn() async throws {
        let repository = try ModelRepository()
        try repository.addONNX("add", extra: "\"instances\": 2,")
        let pair = "[-1,-1]"
        try add(
            "diamond", to: repository, inputs: [tensor("a", "INT64", pair), tensor("b", "INT64", pair)],
            outputs: [tensor("out", "INT64", pair), tensor("s", "INT64", pair)],
            steps: [
                // The order of the steps is not that of the data.
                step("add", ["a": "t", "b": "u"], ["sum": "out"]), step("add", ["a": "s", "b": "a"], ["sum": "t"]),
                step("add", ["a": "a", "b": "b"], ["sum": "s"]), step("add", ["a": "s", "b": "b"], ["sum": "u"]),
            ])
        try await InferenceServer.with(repository) { server in
            let metadata = try await server.get("/v2/models/diamond").text
            #expect(metadata.contains("\"platform\":\"ensemble\""))
            let body =
                #"{"inputs":[{"name":"a","shape":[1,2],"datatype":"INT64","data":[1,-2]},{"name":"b","shape":[1,2],"datatype":"INT64","data":[10,7]}]"#
            let answer = try await server.post("/v2/models/diamond/infer", body + "}")
            #expect(
                answer.text
                    == #"{"model_name":"diamond","model_version":"1","outputs":[{"name":"out","datatype":"INT64","shape":[1,2],"data":[33,15]},{"name":"s","datatype":"INT64","shape":[1,2],"data":[11,5]}]}"#
            )
            let steps = try await server.statistics("/v2/models/add/stats")[0]
            #expect(steps.inferenceStats.success.count == 4)
            let whole = try await server.statistics("/v2/models/diamond/stats")[0]
            #expect(whole.inferenceStats.success.count == 1 && whole.inferenceStats.computeInfer.ns > 0)
            // Who asks for less has less done: one step gives `s`.
            let less = try await server.post("/v2/models/diamond/infer", body + #","outputs":[{"name":"s"}]}"#)
            #expect(less.text.contains("[11,5]") && !less.text.contains("\"out\""))
            #expect(try await server.statistics("/v2/models/add/stats")[0].inferenceStats.success.count == 5)
            // The client's fault is the client's here too.
            let wrong = try await server.post(
                "/v2/models/diamond/infer",
                #"{"inputs":[{"name":"a","shape":[1,2],"datatype":"INT64","data":[1,2]},{"name":"b","shape":[1,1],"datatype":"FP32","data":[1]}]}"#
            )
            #expect(wrong.status == 400 && wrong.error?.contains("input 'b' has datatype FP32") == true)
        }
    }

    /// Two steps of 3 seconds that do not need each other: one after the other would take 6.
    @Test func independentStepsRunAtTheSameTime() async throws {
        let repository = try ModelRepository()
        for name in ["one", "two"] { try repository.addEcho(name, parameters: "\"sleep_ms\": 3000") }
        try add(
            "both", to: repository, inputs: [tensor("x")], outputs: [tensor("p"), tensor("q")],
            steps: [step("one", ["x": "x"], ["y": "p"]), step("two", ["x": "x"], ["y": "q"])])
        try await InferenceServer.with(repository) { server in
            let clock = ContinuousClock()
            let start = clock.now
            let answer = try await server.infer("both", "[1,2]", shape: "[2]")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(clock.now - start < .milliseconds(5900))
        }
    }

    @Test func aFailureNamesItsStep() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("good")
        for mode in ["fails", "refuses"] { try repository.addEcho(mode, parameters: "\"mode\": \"\(mode)\"") }
        for mode in ["fails", "refuses"] {
            try add(
                "e_\(mode)", to: repository, inputs: [tensor("x")], outputs: [tensor("out")],
                steps: [step("good", ["x": "x"], ["y": "m"]), step(mode, ["x": "m"], ["z": "out"])])
        }
        let flags = ["--models-control", "explicit", "--models-load", "*"]
        try await InferenceServer.with(repository, flags: flags) { server in
            let failed = try await server.infer("e_fails", "[1]", shape: "[1]")
            #expect(failed.status == 500)
            #expect(failed.error == "step 1 (model 'fails'): execution failed: the engine burnt down")
            let refused = try await server.infer("e_refuses", "[1]", shape: "[1]")
            #expect(refused.status == 400 && refused.error?.hasPrefix("step 1 (model 'refuses'): ") == true)
            #expect(try await server.get("/v2/models/e_fails/ready").status == 200)
            #expect(try await server.post("/v2/repository/models/fails/unload", "").status == 200)
            let gone = try await server.infer("e_fails", "[1]", shape: "[1]")
            #expect(gone.status == 503 && gone.error?.hasPrefix("step 1 (model 'fails'): ") == true)
            #expect(try await server.get("/v2/models/e_fails/ready").status == 400)
        }
    }

    /// Loading an ensemble loads what it is made of; unloading takes it along where that is asked for.
    @Test func theModelsOfStepsComeAndGoWithIt() async throws {
        let repository = try ModelRepository()
        for name in ["a", "b"] { try repository.addEcho(name) }
        try add(
            "inner", to: repository, inputs: [tensor("x")], outputs: [tensor("out")],
            steps: [step("a", ["x": "x"], ["y": "out"])])
        try add(
            "outer", to: repository, inputs: [tensor("x")], outputs: [tensor("out")],
            steps: [step("inner", ["x": "x"], ["out": "m"]), step("b", ["x": "m"], ["y": "out"])])
        let flags = ["--models-control", "explicit"]
        try await InferenceServer.with(repository, flags: flags) { server in
            #expect(try await server.post("/v2/repository/models/outer/load", "").status == 200)
            #expect(try await server.infer("outer", "[1,2]", shape: "[2]").text.contains("[1.0,2.0]"))
            let config = try await server.get("/v2/models/outer/config").text
            #expect(config.contains(#""platform":"ensemble""#))
            #expect(config.contains(#""input_map":{"x":"m"},"output_map":{"y":"out"}"#))
            let unload = #"{"parameters":{"unload_dependents":true}}"#
            #expect(try await server.post("/v2/repository/models/outer/unload", unload).status == 200)
            for name in ["outer", "inner", "b"] {
                #expect(try await server.get("/v2/models/\(name)/ready").status == 400, "\(name)")
            }
            // Of the inner ensemble nothing was said.
            #expect(try await server.get("/v2/models/a/ready").status == 200)
        }
    }

    @Test func pollingTriesAnEnsembleAgainWhenItsModelIsMended() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("part", parameters: "\"mode\": \"info_fails\"")
        // Before `part` in the order of names.
        try add(
            "all", to: repository, inputs: [tensor("x")], outputs: [tensor("out")],
            steps: [step("part", ["x": "x"], ["y": "out"])])
        let flags = ["--models-control", "poll", "--models-poll-interval", "100ms"]
        try await InferenceServer.with(repository, flags: flags) { server in
            let before = try await server.infer("all", "[1]", shape: "[1]")
            #expect(before.status == 503 && before.error?.contains("cannot describe") == true, "\(before.text)")
            try repository.addEcho("part")
            var status = 503
            for _ in 0..<200 where status != 200 {
                status = try await server.infer("all", "[1]", shape: "[1]").status
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(status == 200)
        }
    }

    @Test func whatDoesNotFitTogetherIsUnavailableWithTheReason() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("e")
        try repository.addEcho("whole", parameters: "\"datatype\": \"INT32\"")
        let (x, out) = (tensor("x"), tensor("out"))
        var expected: [String: String] = [:]
        func broken(
            _ name: String, _ message: String, inputs: [String]? = nil, outputs: [String]? = nil, extra: String = "",
            _ steps: String...
        ) throws {
            try add(name, to: repository, inputs: inputs ?? [x], outputs: outputs ?? [out], steps: steps, extra: extra)
            expected[name] = message
        }
        let straight = try step("e", ["x": "x"], ["y": "out"])
        try broken(
            "cycle", "there is a cycle: step 0 (model 'e'), step 1 (model 'e') wait for each other's outputs",
            outputs: [tensor("p"), tensor("x")], step("e", ["x": "q"], ["y": "p"]), step("e", ["x": "p"], ["y": "q"]))
        try broken(
            "from_nowhere", "step 0 (model 'e'): nothing gives the tensor 'm'", step("e", ["x": "m"], ["y": "out"]))
        try broken(
            "two_origins", "tensor 'out' comes from step 0 (model 'e') and from step 1 (model 'e')", straight, straight)
        try broken("no_output", "no step gives the output 'out'", step("e", ["x": "x"], ["y": "m"]))
        try broken("unused", "no step takes the input 'w'", inputs: [x, tensor("w")], straight)
        try broken(
            "datatypes", "step 1 (model 'whole'), input 'x' is INT32 [-1], step 0 (model 'e') gives FP32 [-1]",
            step("e", ["x": "x"], ["y": "m"]), step("whole", ["x": "m"], ["y": "out"]))
        try broken(
            "shapes", "the ensemble's output 'out' is FP32 [-1, 2], step 0 (model 'e') gives FP32 [-1]",
            outputs: [tensor("out", "FP32", "[-1,2]")], straight)
        try broken(
            "unknown_input", "'input_map' names 'w', which the model does not take", step("e", ["w": "x"], ["y": "out"])
        )
        try broken(
            "unknown_output", "'output_map' names 'w', which the model does not give",
            step("e", ["x": "x"], ["w": "out"]))
        try broken(
            "no_model", "the model 'absent' of a step: the repository has no model",
            step("absent", ["x": "x"], ["y": "out"]))
        try broken(
            "itself", "the ensembles itself → itself contain themselves", step("itself", ["x": "x"], ["out": "out"]))
        try broken("no_steps", "'ensemble_scheduling.step' has 0 steps, expected 1 to 100")
        try broken("instances", "'instances' has no meaning for an ensemble", extra: "\"instances\": 2,", straight)
        try broken("undeclared", "'inputs' and 'outputs' are missing", inputs: [], straight)
        try await InferenceServer.with(repository) { server in
            for (name, message) in expected.sorted(by: { $0.key < $1.key }) {
                let answer = try await server.infer(name, "[1]", shape: "[1]")
                #expect(answer.status == 503, "\(name): \(answer.text)")
                #expect(answer.error?.contains(message) == true, "\(name): \(answer.text)")
            }
            #expect(try await server.infer("e", "[1]", shape: "[1]").status == 200)
        }
    }
}
