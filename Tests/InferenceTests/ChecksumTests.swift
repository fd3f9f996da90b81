import Inference
import ServiceTesting
import Testing

@Suite struct ChecksumTests {
    /// SHA-256 of no bytes.
    private static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    @Test func aFileThatIsNotTheOneMeantIsNotServed() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("good", extra: "\"checksums\": {\"1/model.onnx\": \"\(Self.empty.uppercased())\"},")
        try repository.addEcho("bad", extra: "\"checksums\": {\"1/model.onnx\": \"\(Self.empty)\"},")
        try repository.write("changed", to: "bad/1/model.onnx")
        try repository.addEcho("gone", extra: "\"checksums\": {\"1/weights.bin\": \"\(Self.empty)\"},")
        // That of a version that is not loaded does not matter.
        try repository.addEcho(
            "old", extra: "\"checksums\": {\"1/model.onnx\": \"\(String(repeating: "0", count: 64))\"},",
            versions: [1, 2])
        try await InferenceServer.with(repository) { server in
            #expect(try await server.infer("good", "[1]", shape: "[1]").status == 200)
            #expect(try await server.infer("old", "[1]", shape: "[1]").status == 200)
            let bad = try await server.infer("bad", "[1]", shape: "[1]")
            #expect(bad.status == 503)
            // sha256sum of "changed".
            let digest = "d67e2e944994496c8d8ec76eed0cf9f09679448d584b532bebf941852a37f5ed"
            #expect(
                bad.error?.contains(
                    "the checksum of bad/1/model.onnx is \(digest), 'checksums' says \(Self.empty)") == true,
                "\(bad.text)")
            let gone = try await server.infer("gone", "[1]", shape: "[1]")
            #expect(gone.status == 503)
            #expect(
                gone.error?.contains("gone/1/weights.bin cannot be compared with its checksum: No such file") == true)
        }
    }
}
