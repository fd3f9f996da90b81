import Inference
import Testing

@Suite struct ModelConfigTests {
    @Test func everyKeyIsRead() throws {
        let config = try ModelConfig(
            parsing: Array(
                """
                {"name": "m", "backend": "openvino", "file": "model.xml", "instances": 2,
                 "queue": {"requests": 5, "bytes": 1000}, "versions": [2, 1],
                 "inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 3]}], "outputs": [],
                 "axes": {"x": ["batch", "width"]}, "limits": {"batch": 8}, "source": {"importer": 1},
                 "parameters": {"precision": "bf16", "threads": 2, "scale": 0.50, "flag": true}}
                """.utf8))
        #expect(config.backend == "openvino")
        #expect(config.file == "model.xml")
        #expect(config.instances == 2)
        #expect(config.queue.requests == 5 && config.queue.bytes == 1000)
        #expect(config.versions == .specific([1, 2]))
        #expect(config.axes == ["x": ["batch", "width"]])
        #expect(config.limits == ["batch": 8])
        #expect(
            config.parameters.map { "\($0.key)=\($0.value)" }
                == ["flag=true", "precision=bf16", "scale=0.50", "threads=2"])
    }

    @Test func onlyTheBackendIsRequired() throws {
        let config = try ModelConfig(parsing: Array(#"{"backend":"x"}"#.utf8))
        #expect(config.file == "model.onnx" && config.instances == 1 && config.versions == .latest(1))
    }

    @Test(arguments: [
        (#"{}"#, "'backend' is missing"),
        (#"[]"#, "not an object"),
        (#"{"backend":"x""#, "not valid JSON"),
        (#"{"backend":"x","backend":"y"}"#, "'backend' occurs twice"),
        (#"{"backend":1}"#, "'backend' is 1, expected a string"),
        (#"{"backend":"x","instances":0}"#, "'instances' is 0, expected an integer from 1 to 64"),
        (#"{"backend":"x","instances":1.5}"#, "'instances' is 1.5"),
        (#"{"backend":"x","batch_size":8}"#, "unknown key 'batch_size'; known are: axes, backend"),
        (#"{"backend":"x","queue":{"request":1}}"#, "unknown key 'queue.request'"),
        (#"{"backend":"x","file":"../../etc/passwd"}"#, "'file' is \"../../etc/passwd\""),
        (#"{"backend":"x","file":""}"#, "'file' is \"\""),
        (#"{"backend":"x","versions":[0]}"#, "'versions' is 0"),
        (#"{"backend":"x","versions":"newest"}"#, "'versions' is \"newest\""),
        (#"{"backend":"x","versions":{"latest":0}}"#, "'versions' is an object"),
        (#"{"backend":"x","labels":{"y":"../x"}}"#, "'labels.y' is \"../x\""),
        (#"{"backend":"x","warmup":[{}]}"#, "'warmup[0].inputs'"),
        (#"{"backend":"x","warmup":[{"inputs":{"x":{"shape":[0]}}}]}"#, "'warmup[0].inputs.x.shape' is 0"),
        (#"{"backend":"x","warmup":[{"inputs":{"x":{"shape":[1],"data":"ones"}}}]}"#, "'warmup[0].inputs.x.data'"),
        (#"{"backend":"x","parameters":{"a":[1]}}"#, "'parameters.a' is an array"),
        (#"{"backend":"x","parameters":{"a":"\u0000"}}"#, "'parameters.a'"),
        (#"{"backend":"x","axes":{"x":["batch"]},"limits":{"sequence":1}}"#, "'limits.sequence' limits an axis"),
        (#"{"backend":"x","limits":{"a":-1}}"#, "'limits.a' is -1"),
        (#"{"backend":"x","inputs":[{"name":"x"}]}"#, "'inputs[0]'"),
    ])
    func aWrongConfigurationNamesItsKey(json: String, message: String) {
        #expect {
            try ModelConfig(parsing: Array(json.utf8))
        } throws: { error in
            (error as? InferenceError)?.message.contains(message) == true
        }
    }

    @Test func deepConfigurationIsRefused() {
        let json = Array(String(repeating: "[", count: 250_000).utf8)
        #expect(throws: InferenceError.self) { try ModelConfig(parsing: json) }
    }

    @Test func policiesSelectVersions() {
        #expect(ModelConfig.VersionPolicy.latest(1).select(from: [1, 10, 2]) == [10])
        #expect(ModelConfig.VersionPolicy.latest(2).select(from: [1, 10, 2]) == [2, 10])
        #expect(ModelConfig.VersionPolicy.all.select(from: [3, 1]) == [1, 3])
        #expect(ModelConfig.VersionPolicy.specific([1, 7]).select(from: [1, 2]) == [1])
        #expect(ModelConfig.VersionPolicy.latest(1).select(from: []) == [])
    }
}
