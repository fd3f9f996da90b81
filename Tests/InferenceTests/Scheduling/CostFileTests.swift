import FoundationEssentials
import Inference
import ServiceTesting
import Testing

/// `state.path`: what was measured of a model outlives the process, as a hint.
///
/// A server that knows how long the model takes refuses at once what cannot be in time; one that does not lets it wait.
@Suite(.timeLimit(.minutes(3))) struct CostFileTests {
    private static let seconds = 0.4

    /// The status of a request that waits behind another and has too little time.
    private func hurriedStatus(_ repository: ModelRepository, _ state: ModelRepository) async throws -> Int {
        let log = "\(repository.path)/log"
        try repository.write("", to: "log")
        return try await InferenceServer.with(repository, flags: ["--state-path", state.path]) { server in
            async let first = server.infer("m", "[0]", shape: "[1]")
            while repository.read("log").isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            let json = #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}"#
            let hurried = try await server.post(
                "/v2/models/m/infer", json, headers: [("X-Request-Timeout", String(Self.seconds / 2))])
            #expect(try await first.status == 200, "\(log)")
            return hurried.status
        }
    }

    private func repository(sleep: Int = Int(seconds * 1000), instances: Int = 1) throws -> ModelRepository {
        let repository = try ModelRepository()
        try repository.addEcho(
            "m", parameters: "\"sleep_ms\": \(sleep), \"log\": \"\(repository.path)/log\"",
            extra: "\"instances\": \(instances),")
        return repository
    }

    @Test func aRestartedServerKnowsHowLongAModelTakes() async throws {
        let (repository, state) = (try repository(), try ModelRepository())
        #expect(try await hurriedStatus(repository, state) == 504)
        let file = try #require(state.folders.first)
        #expect(state.folders.count == 1 && file.hasSuffix(".costs"))
        #expect(state.read(file).hasPrefix("quinion costs 1\n"))
        #expect(try await hurriedStatus(repository, state) == 503)
    }

    @Test func aFileThatCannotBeTrueIsAsNone() async throws {
        let (repository, state) = (try repository(), try ModelRepository())
        #expect(try await hurriedStatus(repository, state) == 504)
        let file = try #require(state.folders.first)
        let lines = state.read(file).split(separator: "\n", omittingEmptySubsequences: false)
        let head = lines[..<2].joined(separator: "\n")
        let cells = lines[2...].joined(separator: "\n")
        #expect(cells.hasPrefix("all "))
        for text in [
            "", "quinion costs 1", "quinion costs 2\n\(lines[1])\n\(cells)", "quinion costs 1\nother\n\(cells)",
            "\(head)\nall nan\n", "\(head)\nall -1\n", "\(head)\nall 1e300\n", "\(head)\n\(cells)0 0\n",
            "\(head)\n\(cells)-1 0 5\n", "\(head)\n\(cells)64 0 5\n", "\(head)\n\(cells)9 9 5\n9 9 5\n",
            "\(head)\n0 0 5\n",
            "\(head)\n\(cells)" + String(repeating: "x", count: 1 << 20), "\(head)\n\u{0}",
        ] {
            try state.write(text, to: file)
            #expect(try await hurriedStatus(repository, state) == 504, "\(text.prefix(200))")
            // And it is replaced by what was measured.
            #expect(state.read(file).hasPrefix("\(head)\nall "))
        }
    }

    @Test func whatIsNoFileIsAsNone() async throws {
        let (repository, state) = (try repository(), try ModelRepository())
        #expect(try await hurriedStatus(repository, state) == 504)
        let file = try #require(state.folders.first)
        try state.remove(file)
        try FileManager.default.createSymbolicLink(atPath: "\(state.path)/\(file)", withDestinationPath: "/dev/zero")
        #expect(try await hurriedStatus(repository, state) == 504)
        try state.remove(file)
        try FileManager.default.createDirectory(atPath: "\(state.path)/\(file)", withIntermediateDirectories: false)
        #expect(try await hurriedStatus(repository, state) == 504)
        try state.remove(file)
        let other = try self.repository(sleep: 401)
        #expect(try await hurriedStatus(repository, state) == 504)
        #expect(try await hurriedStatus(other, state) == 504, "of a model with other parameters it tells nothing")
    }

    @Test func aFolderThatIsNotThereIsNoHindrance() async throws {
        let (repository, state) = (try repository(), try ModelRepository())
        try FileManager.default.removeItem(atPath: state.path)
        #expect(try await hurriedStatus(repository, state) == 504)
        #expect(try await hurriedStatus(repository, state) == 504)
    }
}
