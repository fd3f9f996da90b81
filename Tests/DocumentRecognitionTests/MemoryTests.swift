import AsyncHTTPClient
import Foundation
import NIOCore
import Sandbox
import ServiceTesting
import Testing

/// The service as its own process, seen from outside.
@Suite struct MemoryTests {
    @Test func aThousandBadDocumentsLeaveTheMemoryAsItWas() async throws {
        let program = try #require(Executables.sibling(named: "document-recognition"))
        let port = try freePort()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "--http-port", "\(port)", "--workers-count", "1", "--workers-pages", "100000", "--http-access-log", "false",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer { process.terminate() }
        let service = RunningService(address: "http://127.0.0.1:\(port)")
        for _ in 0..<100 where (try? await service.get("/health/live").status) != 200 {
            try await Task.sleep(for: .milliseconds(50))
        }
        let bad = [
            try Fixture.bytes("bad/issue-100.pdf"), HostileFile.png(width: 100_000, height: 100_000),
            HostileFile.tiff(next: 8), ByteBuffer(string: "no document"),
            try Fixture.bytes("enc-R3-V2-user-view-owner-master.pdf"),
            HostileFile.noise(after: [0xFF, 0xD8, 0xFF, 0xE0], seed: 7),
        ]
        func repeated(_ count: Int) async throws {
            for index in 0..<count {
                let status = try await service.post(bad[index % bad.count]).status
                #expect((400..<500).contains(status))
            }
        }
        try await repeated(200)
        let before = memories(below: process.processIdentifier)
        try await repeated(1000)
        let after = memories(below: process.processIdentifier)
        #expect(before.count == after.count)
        // Allocators keep a little; a leak of one such document a request would be tens of megabytes.
        for (start, end) in zip(before, after) { #expect(end - start < 6 << 20, "\(before) \(after)") }
    }

    /// Resident memory of the service and of everything below it, in bytes, by age.
    private func memories(below root: pid_t) -> [Int] {
        var family = [root]
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        for process in processes.sorted() where family.contains(parent(process)) { family.append(process) }
        return family.map(residentMemory)
    }

    private func parent(_ process: pid_t) -> pid_t {
        let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 1 ? pid_t(fields[1]) ?? 0 : 0
    }

    private func residentMemory(_ process: pid_t) -> Int {
        let pages = (try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8))?.split(separator: " ")
        return (pages.flatMap { $0.count > 1 ? Int($0[1]) : nil } ?? 0) * sysconf(Int32(_SC_PAGESIZE))
    }

    private func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        try #require(bound)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
