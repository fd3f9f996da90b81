import FoundationEssentials
import ServiceTesting
import Testing

/// `backend-conformance` finds what a plugin does wrong, and the plugins of this repository do nothing wrong.
@Suite struct BackendConformanceTests {
    private let folder = ModelFiles()

    @Test(arguments: [TestBackend.Defect.none, .anyThread])
    func aSoundPluginPasses(kind: TestBackend.Defect) throws {
        let model = try folder.write("echo\n", to: "sound.echo")
        #expect(try Plugins.conformanceFailures(TestBackend.plugin(kind), model: model, ["file=checked"]) == [])
    }

    @Test(arguments: [
        (TestBackend.Defect.wrongMajor, "not ok 1 - ", "it speaks ABI 3.1"),
        (.newerMinor, "not ok 1 - ", "it speaks ABI 2.2"),
        (.noExecute, "not ok 1 - ", "its table lacks execute"), (.nullTable, "not ok 1 - ", "returned NULL"),
        (.noEntry, "not ok 1 - ", "does not export quinion_backend_entry"),
        (.shortTable, "not ok 1 - ", "its table has 16 bytes"),
        (.initializeFails, "not ok 3 - ", "no engine today"),
        (.initializeCrashes, "not ok 3 - ", "it crashed: Segmentation fault"),
        (.claimsAnyThread, "not ok 17 - ", "executed on another thread"),
    ])
    func aDefectiveTableFails(defect: TestBackend.Defect, check: String, reason: String) throws {
        let model = try folder.write("echo\n", to: "defect.echo")
        let failures = try Plugins.conformanceFailures(TestBackend.plugin(defect), model: model, ["file=checked"])
        #expect(failures.contains { $0.hasPrefix(check) && $0.contains(reason) }, "\(failures)")
    }

    @Test(arguments: [
        ("crashes", 7, "it crashed"), ("writes_input", 7, "it crashed: Segmentation fault"),
        ("reads_past_input", 7, "it crashed: Segmentation fault"), ("writes_past_output", 7, "it crashed"),
        ("leaves_output", 7, "of output 'y' is never written"),
        ("no_output", 7, "execute succeeded without output 'y'"),
        ("wrong_datatype", 7, "output 'y' has datatype"), ("wrong_bytes", 7, "asks for 5 bytes"),
        ("wrong_rank", 7, "has another shape"), ("unknown_output", 7, "which was not requested"),
        ("twice", 7, "allocates an output twice"), ("ignores_refusal", 11, "it crashed"),
        ("loses_errors", 13, "errors were neither returned nor released"), ("leaks_file", 15, "open files"),
        ("leaks_thread", 15, "threads"), ("changes_folder", 16, "it changes the working directory"),
        ("exits", 7, "the plugin ended the process"),
    ])
    func aHostilePluginFails(mode: String, check: Int, reason: String) throws {
        let model = try folder.write("echo\n", to: "\(mode).echo")
        let failures = try Plugins.conformanceFailures(
            TestBackend.plugin(), model: model, ["file=checked", "mode=\(mode)"])
        #expect(failures.contains { $0.hasPrefix("not ok \(check) - ") && $0.contains(reason) }, "\(failures)")
    }

    @Test(
        arguments: ["openvino", "onnxruntime"].filter(Plugins.isBuilt), ["affine", "add", "log"])
    func aPluginForONNXPasses(backend: String, model: String) throws {
        #expect(
            try Plugins.conformanceFailures(
                Plugins.path(backend), model: Repository.fixture("InferenceTests", "\(model).onnx")) == [])
    }

    @Test(.enabled(if: Plugins.isBuilt("xgboost")), arguments: ["json", "ubj"])
    func thePluginForTreesPasses(format: String) throws {
        let trees = try TrainedTrees("binary:logistic", classes: 1)
        #expect(
            try Plugins.conformanceFailures(Plugins.path("xgboost"), model: "\(trees.folder)/model.\(format)") == [])
    }
}

/// Files in a temporary folder, removed with the object.
final class ModelFiles: Sendable {
    let path = "\(FileManager.default.temporaryDirectory.path())/quinion-files-\(UUID().uuidString)"

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a new file.
    func write(_ text: String, to name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }
}
