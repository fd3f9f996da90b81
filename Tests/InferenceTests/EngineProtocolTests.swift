import FoundationEssentials
import ServiceTesting
import Testing

/// Either end of the connection between server and engine's process, when the other one says what makes no sense.
@Suite(.enabled(if: EngineProcess.isBuilt), .timeLimit(.minutes(2))) struct EngineProtocolTests {
    /// It used to end the thread of the instance alone, and the server waited for an answer that never came.
    @Test(arguments: [
        "kind", "outputs", "output", "cut", "rank", "position", "size", "frame", "order", "index", "version",
    ])
    func anEngineThatIsToldNonsenseEnds(lie: String) throws {
        let program = try CProgram.build("hostile_server")
        let output = try Command.run(program, EngineProcess.program, TestBackend.plugin(), lie)
        let isVersion = lie == "version"
        #expect(
            output == (isVersion ? "the server and quinion-engine are of different versions: exit 1\n" : "exit 1\n"))
    }

    /// It used to complain, on the error stream, of a request that was none.
    @Test func anEngineWhoseServerIsGoneEndsWithoutAWord() throws {
        let output = try Command.run(
            "sh", "-c", "\"$0\" \"$@\" 2>&1", CProgram.build("hostile_server"), EngineProcess.program,
            TestBackend.plugin(), "leaves")
        #expect(output == "exit 0\n")
    }

    @Test func aSoundRequestIsAnswered() throws {
        let output = try Command.run(
            CProgram.build("hostile_server"), EngineProcess.program, TestBackend.plugin(), "none")
        #expect(output == "answered 6: runs\n")
    }

    @Test(arguments: [
        ("kind", 500), ("failure", 503), ("cut", 500), ("unallocated", 500), ("rank", 500), ("position", 500),
        ("beyond", 500), ("size", 500), ("frame", 503), ("leaves", 503),
    ])
    func whatAnEngineAnswersAmissCostsTheRequest(lie: String, status: Int) async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", extra: EngineProcess.isolated)
        try repository.addEcho("sound")
        let flags = ["--backends-engine", try CProgram.build("hostile_engine", lie: lie)]
        try await InferenceServer.with(repository, flags: flags) { server in
            let answer = try await server.infer("m", "[1]", shape: "[1]")
            #expect(
                answer.status == status || (lie == "failure" && answer.status >= 400), "\(answer.status) \(answer.text)"
            )
            #expect((answer.error?.count ?? 0) > 5)
            #expect(try await server.infer("sound", "[1]", shape: "[1]").status == 200)
        }
    }

    @Test(arguments: ["datatype", "model_rank", "inputs", "cut_model", "no_name"])
    func aModelThatAnEngineDescribesAmissIsUnavailable(lie: String) async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", extra: EngineProcess.isolated)
        let flags = ["--backends-engine", try CProgram.build("hostile_engine", lie: lie)]
        let index = try await InferenceServer.with(repository, flags: flags) {
            try await $0.post("/v2/repository/index", "").text
        }
        #expect(index.contains("UNAVAILABLE"), "\(index)")
        #expect(index.contains("describes no model") || index.contains("without name, datatype or shape"), "\(index)")
    }

    @Test func anEngineCannotShortenTheMemoryThatTheServerWritesTo() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", extra: EngineProcess.isolated)
        let flags = ["--backends-engine", try CProgram.build("hostile_engine", lie: "shrinks")]
        try await InferenceServer.with(repository, flags: flags) { server in
            let answer = try await server.infer("m", "[1]", shape: "[1]")
            #expect(try answer.values(Float.self) == [1])
        }
    }
}

/// A program of `Fixtures` that speaks the wire's own C, built by the C compiler of the machine.
enum CProgram {
    private static let folder = "\(FileManager.default.temporaryDirectory.path())/quinion-programs-\(UUID().uuidString)"

    static func build(_ name: String, lie: String = "none") throws -> String {
        let sources = "\(Repository.root)/Services/Inference/Sources"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/\(name)-\(lie)-\(UUID().uuidString)"
        try Command.run(
            "cc", "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-DLIE=\"\(lie)\"",
            "-I\(sources)/BackendABI/include", "-I\(sources)/BackendProcess",
            Repository.fixture("InferenceTests", "\(name).c"), "\(sources)/BackendProcess/wire.c", "-o", path)
        return path
    }
}
