import Foundation
import NIOCore
import ServiceTesting
import Testing

/// The service as its own process, seen from outside.
@Suite struct MemoryTests {
    @Test func aThousandBadDocumentsLeaveTheMemoryAsItWas() async throws {
        let process = try ServiceProcess(
            "document-recognition",
            ["--workers-count", "1", "--workers-pages", "100000", "--http-access-log", "false"])
        let service = RunningService(address: try await process.url())
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
        let before = memories(below: process.identifier)
        try await repeated(1000)
        let after = memories(below: process.identifier)
        #expect(before.count == after.count)
        // Allocators keep a little; a leak of one such document a request would be tens of megabytes.
        for (start, end) in zip(before, after) { #expect(end - start < 6 << 20, "\(before) \(after)") }
    }

    /// Resident memory of the service and of everything below it, in bytes, by age.
    private func memories(below root: pid_t) -> [Int] {
        var family = [root]
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        for process in processes.sorted() where family.contains(parent(process)) { family.append(process) }
        return family.map(ServiceProcess.residentMemory(of:))
    }

    private func parent(_ process: pid_t) -> pid_t {
        let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 1 ? pid_t(fields[1]) ?? 0 : 0
    }
}
