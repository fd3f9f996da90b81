import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceTesting
import Testing

/// The embedded store's disk is full, and has room again.
@Suite struct DiskFullTests {
    /// A mount of its own needs root; a laptop's user does without.
    private static let canMount =
        getuid() == 0
        && (try? Command.run("unshare", "-m", "sh", "-c", "mount -t tmpfs none /mnt")) != nil

    private static let definitions = """
        {"definitions":{"entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
          "feature_views":[{"name":"notes","entities":["driver"],"features":[{"name":"note","type":"string"}]}]}}
        """

    private static func row(_ driver: Int, _ size: Int) -> String {
        let note = String(repeating: "x", count: size)
        return #"""
            {"view":"notes","rows":[{"entity":{"driver_id":\#(driver)},"event_time":"2026-01-01T00:00:00Z",
             "values":{"note":"\#(note)"}}]}
            """#
    }

    @Test(.enabled(if: canMount), .timeLimit(.minutes(3)))
    func writesAreRefusedWhatWasAcknowledgedIsReadAndRoomIsUsedAgain() async throws {
        let folder = try TemporaryFolder()
        let data = folder.path + "/data"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        let child = try await ChildStore(
            data: data, peers: "http://127.0.0.1:9",
            under: [
                "/usr/bin/unshare", "-m", "sh", "-c",
                "mount -t tmpfs -o size=24m none '\(data)' && head -c 8000000 /dev/zero >'\(data)/ballast' && exec \"$@\"",
                "sh",
            ])
        let store = child.store
        try await store.untilReady()
        #expect(try await store.post("/v1/features/apply", Self.definitions).status == 200)
        var written = 0
        var refused: StoreUnderTest.Answer?
        while refused == nil, written < 100 {
            let answer = try await store.post("/v1/features/rows", Self.row(written, 500_000))
            if answer.status == 200 { written += 1 } else { refused = answer }
        }
        #expect(refused?.status == 507 && refused?.code == "storage_full", "\(refused?.message ?? "")")
        #expect(written > 3)
        // Not by the HTTP client, which fails where a refusal comes while it still sends.
        let upload = try await RawConnection.open(store.url)
        let head = "POST /v1/documents HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
        try? await upload.send(
            Array("\(head)Content-Length: 8000000\r\n\r\n".utf8) + Array(repeating: 0x61, count: 8_000_000))
        let answer = try await upload.text { $0.contains("\r\n\r\n") }
        #expect(answer.hasPrefix("HTTP/1.1 507"), "\(answer.prefix(200))")
        await upload.close()
        // Reading goes on.
        let drivers = Array(0..<written)
        let read = try await store.post(
            "/v1/features/online", #"{"features":["notes"],"entities":{"driver_id":\#(drivers)}}"#)
        #expect(read.status == 200)
        #expect(String(buffer: read.body).components(separatedBy: "PRESENT").count - 1 == written)
        // Somebody makes room: in the mount that only the process sees.
        try FileManager.default.removeItem(atPath: "/proc/\(child.process.identifier)/root\(data)/ballast")
        let after = try await store.post("/v1/features/rows", Self.row(1000, 500_000))
        #expect(after.status == 200, "\(after.message)")
        child.process.kill()
    }
}
