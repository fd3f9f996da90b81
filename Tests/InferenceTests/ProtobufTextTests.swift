import FoundationEssentials
import Inference
import ServiceTesting
import Testing

/// Triton's `config.pbtxt`, read as the same configuration in JSON is.
@Suite struct ProtobufTextTests {
    private func read(_ text: String) throws -> ModelConfig { try ModelConfig(tritonText: Array(text.utf8)) }

    @Test func textAndJSONSayTheSame() throws {
        let text = """
            # A comment: { is no brace.
            name: "m" backend: 'openvino', max_batch_size: 010;
            input [ { name: "x" data_type: TYPE_FP32 dims: [ -1, 3 ] }, { name: "y", data_type: TYPE_STRING, dims: 1 dims: 0x2 } ]
            output < name: "z" data_type: TYPE_INT64 dims: [ 2 ] label_filename: "labels.txt" >
            instance_group { kind: KIND_CPU count: 2 }
            instance_group { count: 1 }
            dynamic_batching {
              preferred_batch_size: [ 4, 8 ]
              max_queue_delay_microseconds: 100
              preserve_ordering: true
              priority_levels: 2 default_priority_level: 1
              default_queue_policy: { timeout_action: DELAY }
              priority_queue_policy [ { key: 1 value { max_queue_size: 7 } }, { key: 2 value { allow_timeout_override: true } } ]
            }
            parameters { key: "threads" value { string_value: "2" } }
            parameters { key: "text" value { string_value: "a\\"\\x41\\102\\n" 'b' } }
            version_policy: { specific { versions: [ 1, 3 ] } }
            model_warmup [ { name: "w" batch_size: 1 inputs { key: "x" value { data_type: TYPE_FP32 dims: [ 2, 3 ] zero_data: true } } } ]
            default_model_filename: "model.xml" optimization { graph { level: 1 } }
            """
        let json = #"""
            {"name": "m", "backend": "openvino", "max_batch_size": 8,
             "input": [{"name": "x", "data_type": "TYPE_FP32", "dims": [-1, 3]}, {"name": "y", "data_type": "TYPE_STRING", "dims": [1, 2]}],
             "output": [{"name": "z", "data_type": "TYPE_INT64", "dims": [2], "label_filename": "labels.txt"}],
             "instance_group": [{"kind": "KIND_CPU", "count": 2}, {"count": 1}],
             "dynamic_batching": {"preferred_batch_size": [4, 8], "max_queue_delay_microseconds": 100,
               "preserve_ordering": true, "priority_levels": 2, "default_priority_level": 1,
               "default_queue_policy": {"timeout_action": "DELAY"},
               "priority_queue_policy": {"1": {"max_queue_size": 7}, "2": {"allow_timeout_override": true}}},
             "parameters": {"threads": {"string_value": "2"}, "text": {"string_value": "a\"AB\nb"}},
             "version_policy": {"specific": {"versions": [1, 3]}},
             "model_warmup": [{"name": "w", "batch_size": 1, "inputs": {"x": {"data_type": "TYPE_FP32", "dims": [2, 3], "zero_data": true}}}],
             "default_model_filename": "model.xml"}
            """#
        let config = try read(text)
        #expect(try config == ModelConfig(triton: Array(json.utf8)))
        #expect(config.instances == 3 && config.file == "model.xml" && config.versions == .specific([1, 3]))
        #expect(config.parameters.map(\.value) == ["a\"AB\nb", "2"])
    }

    @Test func backendsThatTritonCallsOtherwiseAreFound() throws {
        let torch = try read(
            """
            platform: "pytorch_libtorch"
            max_batch_size: 4
            input { name: "INPUT__1" data_type: TYPE_INT64 dims: 2 }
            input { name: "INPUT__0" data_type: TYPE_FP32 dims: [ 3, -1 ] }
            output { name: "OUTPUT__0" data_type: TYPE_FP32 dims: 2 }
            """)
        #expect(torch.backend == "libtorch" && torch.file == "model.pt")
        #expect(
            torch.parameters.map { "\($0.key)=\($0.value)" } == [
                "inputs=INPUT__0 FP32 -1,3,-1; INPUT__1 INT64 -1,2", "outputs=OUTPUT__0 FP32 -1,2",
            ])
        let onnx = try read(#"platform: "onnxruntime_onnx""#)
        #expect(onnx.backend == "onnxruntime" && onnx.file == "model.onnx")
        #expect(try read(#"backend: "onnxruntime" default_model_filename: "net.onnx""#).file == "net.onnx")
    }

    @Test(arguments: [
        ("", "'backend' is missing"), ("name", "expected ':' or '{' after 'name' in line 1"),
        ("\n\nname: ", "expected a value in line 3"), ("name: \"x", "a string does not end"),
        ("name: \"x\ny\"", "a string does not end"), ("name: \"\\q\"", "a string has an unknown escape"),
        ("name: \"\\777\"", "a string has an unknown escape"), ("name: \"\\xff\"", "a string is not UTF-8"),
        ("max_batch_size: 12x", "'12x' is not a number"), ("max_batch_size: -", "expected a value"),
        ("max_batch_size: 1e999", "'1e999' is not a number"), ("max_batch_size: nan", "'nan' is not a number"),
        ("backend: \"x\" max_batch_size: 99999999999999999999", "'max_batch_size' is"),
        ("}", "expected the name of a field"),
        ("input { name: \"x\"", "expected the name of a field"), ("input [ { } ", "expected ',' or ']'"),
        ("input: [ 1 2 ]", "expected ',' or ']'"), ("[ext.name]: 1", "expected the name of a field"),
        ("backend: \"x\" name: \"a\" name: \"b\"", "'name' is an array"),
        ("backend: \"x\" parameters { key: \"a\" }", "'parameters' has an entry that is not of a key and a value"),
        ("parameters { key: \"a\" value: 1 } parameters { key: \"a\" value: 1 }", "has the key 'a' twice"),
        (
            "backend: \"x\" sequence_batching { max_sequence_idle_microseconds: 5 }",
            "'sequence_batching' is not supported"
        ),
        ("backend: \"x\" instance_group { kind: KIND_GPU }", "'instance_group.kind' is not KIND_AUTO"),
        ("backend: \"x\" default_model_filename: \"../y\"", "'file' is \"../y\""),
        (String(repeating: "input {", count: 100_000), "messages are nested deeper than 32"),
        (String(repeating: "input <", count: 33) + String(repeating: ">", count: 33), "nested deeper than 32"),
    ])
    func whatIsNoConfigurationIsNamed(text: String, message: String) {
        #expect {
            _ = try read(text)
        } throws: { error in
            let found = (error as? InferenceError)?.message ?? "\(error)"
            if !found.contains(message) { Issue.record("\(found)") }
            return found.contains(message)
        }
    }

    @Test func aRepositoryOfTritonsIsServed() async throws {
        let repository = try ModelRepository()
        try repository.write("", to: "m/1/model.onnx")
        try repository.write(
            """
            backend: "test"
            max_batch_size: 4
            input [ { name: "x" data_type: TYPE_FP32 dims: [ ] } ]
            output [ { name: "y" data_type: TYPE_FP32 dims: [ ] }, { name: "z" data_type: TYPE_FP32 dims: [ ] } ]
            dynamic_batching { }
            """, to: "m/config.pbtxt")
        try repository.write("", to: "broken/1/model.onnx")
        try repository.write("backend: \"test\"\ninput {", to: "broken/config.pbtxt")
        // Ours goes first.
        try repository.addEcho("both")
        try repository.write("nonsense", to: "both/config.pbtxt")
        try await InferenceServer.with(repository) { server in
            #expect(try await server.infer("m", "[1,2,3]", shape: "[3]").values(Float.self) == [1, 2, 3])
            #expect(try await server.infer("both", "[1]", shape: "[1]").status == 200)
            #expect(try await server.get("/v2/models/m/config").text.contains(#""max_batch_size":4"#))
            let index = try await server.post("/v2/repository/index", "").text
            #expect(
                index.contains("broken/config.pbtxt: not valid protobuf text: expected the name of a field in line 2"),
                "\(index)")
        }
    }
}
