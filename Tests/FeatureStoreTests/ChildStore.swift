import Foundation
import NIOHTTP1
import ServiceTesting
import Testing

/// The `feature-store` executable, running on a data folder.
final class ChildStore {
    let store: StoreUnderTest
    private let process = Process()

    /// - Parameter peers: Where the other services answer.
    init(data: String, peers: String) throws {
        let port = try Self.freePort()
        store = StoreUnderTest(url: "http://127.0.0.1:\(port)")
        let folder = Bundle.main.executableURL?.deletingLastPathComponent().path ?? ""
        let folders = [folder, Repository.root + "/.build/debug", Repository.root + "/.build/release"]
        process.executableURL = URL(
            fileURLWithPath: try #require(
                folders.map { $0 + "/feature-store" }.first(where: FileManager.default.isExecutableFile),
                "the feature-store executable is not built"))
        process.arguments = [
            "--http-port", "\(port)", "--data-path", data, "--services-nlp", peers,
            "--services-document-recognition", peers, "--log-level", "error", "--http-access-log=false",
            "--jobs-workers", "3",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit { if process.isRunning { kill() } }

    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Resident memory in bytes.
    func residentMemory() throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process.processIdentifier)/statm", encoding: .utf8)
        return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        try #require(status == 0)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

extension StoreUnderTest {
    func untilReady() async throws {
        for _ in 0..<1000 {
            if let answer = try? await send(.GET, "/health/ready"), answer.status == 200 { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("the feature store does not become ready")
    }
}
