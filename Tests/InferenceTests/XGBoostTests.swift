import FoundationEssentials
import ServiceTesting
import Testing

/// The XGBoost plugin against XGBoost itself: models are trained, and predicted on, by the C API in a program of its own.
@Suite(.enabled(if: Plugins.isBuilt("xgboost"))) struct XGBoostTests {
    @Test(arguments: [("binary:logistic", 1), ("reg:squarederror", 1), ("multi:softprob", 3)], ["json", "ubj"])
    func predictionsAreThePeers(task: (String, Int), format: String) async throws {
        let (objective, classes) = task
        let trees = try TrainedTrees(objective, classes: classes)
        let repository = try ModelRepository()
        try repository.addTrees(trees, "value", format: format)
        try repository.addTrees(trees, "margin", format: format, parameters: "\"output\": \"margin\"")
        try await InferenceServer.with(repository) { server in
            let metadata = try await server.get("/v2/models/value").text
            #expect(metadata.contains(#""inputs":[{"name":"input","datatype":"FP32","shape":[-1,6]}]"#))
            #expect(metadata.contains(#""outputs":[{"name":"output","datatype":"FP32","shape":[-1,\#(classes)]}]"#))
            for (model, expected) in [("value", trees.predictions), ("margin", trees.margins)] {
                let values = try await server.predict(model, trees.rows, features: 6)
                #expect(values.count == expected.count)
                #expect(zip(values, expected).allSatisfy { abs($0 - $1) <= 1e-6 })
            }
        }
    }

    /// More than 256 rows are shared among threads, by another booster.
    @Test func manyRowsAtOnceAreAsOneByOne() async throws {
        let trees = try TrainedTrees("binary:logistic", classes: 1)
        let repository = try ModelRepository()
        try repository.addTrees(trees, "m", format: "ubj", parameters: "\"threads\": 2", extra: "\"instances\": 2,")
        try await InferenceServer.with(repository) { server in
            let rows = (0..<20).flatMap { _ in trees.rows }
            let expected = (0..<20).flatMap { _ in trees.predictions }
            try await withThrowingTaskGroup(of: [Float].self) { group in
                for _ in 0..<6 { group.addTask { try await server.predict("m", rows, features: 6) } }
                for try await values in group {
                    #expect(zip(values, expected).allSatisfy { abs($0 - $1) <= 1e-6 } && values.count == 800)
                }
            }
        }
    }

    @Test(arguments: [
        ("deprecated", "model.bin", "", "does not end in .json or .ubj"),
        ("broken", "model.json", "{\"learner\": 1}", "reading the model"),
        ("empty", "model.ubj", "", "reading the model"), ("text", "model.json", "trees", "reading the model"),
    ])
    func aFileThatIsNoModelIsNamed(name: String, file: String, text: String, reason: String) async throws {
        let repository = try ModelRepository()
        try repository.write(text, to: "m/1/\(file)")
        try repository.write("{\"backend\": \"xgboost\", \"file\": \"\(file)\"}", to: "m/config.json")
        let index = try await InferenceServer.with(repository) { try await $0.post("/v2/repository/index", "").text }
        #expect(index.contains("UNAVAILABLE") && index.contains(reason), "\(index)")
    }
}

/// Boosted trees of `Fixtures/train_trees.c`.
final class TrainedTrees: Sendable {
    let folder = "\(FileManager.default.temporaryDirectory.path())/quinion-trees-\(UUID().uuidString)"
    /// 40 rows of 6 features.
    let rows: [Float]
    let predictions: [Float]
    let margins: [Float]

    init(_ objective: String, classes: Int) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Command.run(
            "cc", "-std=c11", "-O1", Repository.fixture("InferenceTests", "train_trees.c"), "-o", "\(folder)/train",
            "-lxgboost", "-lm")
        try Command.run("\(folder)/train", objective, String(classes), folder)
        rows = try Self.floats("\(folder)/rows.f32")
        predictions = try Self.floats("\(folder)/predictions.f32")
        margins = try Self.floats("\(folder)/margins.f32")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func floats(_ path: String) throws -> [Float] {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        return stride(from: 0, to: bytes.count, by: 4).map { start in
            Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) })
        }
    }
}

extension ModelRepository {
    fileprivate func addTrees(
        _ trees: TrainedTrees, _ name: String, format: String, parameters: String = "", extra: String = ""
    ) throws {
        try write("", to: "\(name)/1/.keep")
        try FileManager.default.copyItem(
            atPath: "\(trees.folder)/model.\(format)", toPath: "\(path)/\(name)/1/model.\(format)")
        try write(
            "{\(extra) \"backend\": \"xgboost\", \"file\": \"model.\(format)\", \"parameters\": {\(parameters)}}",
            to: "\(name)/config.json")
    }
}

extension InferenceServer {
    /// Rows in binary, since a missing value is NaN, which JSON has not; values back in JSON.
    fileprivate func predict(_ model: String, _ rows: [Float], features: Int) async throws -> [Float] {
        let bytes = rows.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
        let input =
            #"{"name":"input","shape":[\#(rows.count / features),\#(features)],"datatype":"FP32","parameters":{"binary_data_size":\#(bytes.count)}}"#
        return try await inferBinary(model, "{\"inputs\":[\(input)]}", bytes).values(Float.self)
    }
}
