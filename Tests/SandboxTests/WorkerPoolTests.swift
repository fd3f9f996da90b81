import Foundation
import Logging
import Sandbox
import Testing

@Suite(.timeLimit(.minutes(3))) struct WorkerPoolTests {
    @Test func answersInPartsAndKeepsTheWorker() async throws {
        try await withPool(try Probes.pool()) { pool in
            let first = try await pool.ask("process")
            #expect(try await pool.ask("parts 5") == ["0", "1", "2", "3", "4"])
            #expect(try await pool.ask("parts 0") == [])
            #expect(try await pool.ask("process") == first)
        }
    }

    @Test func passesLargeRequestsAndResponses() async throws {
        try await withPool(try Probes.pool()) { pool in
            let request = Array("length ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 3_000_000)
            #expect(try await pool.request(request) == [Array("3000007".utf8)])
            let parts = try await pool.request(Array("bytes 4000000".utf8))
            #expect(parts == [[UInt8](repeating: 7, count: 4_000_000)])
        }
    }

    @Test func partsArriveWhileTheWorkerStillWorks() async throws {
        try await withPool(try Probes.pool()) { (pool: WorkerPool) async throws -> Void in
            // The worker never ends this response; the reader takes three parts and leaves.
            var parts = 0
            await #expect(throws: Enough.self) {
                try await pool.request(Array("flood".utf8)) { part in
                    parts += 1
                    #expect(part.count == 1 << 20)
                    if parts == 3 { throw Enough() }
                }
            }
            #expect(parts == 3)
            #expect(try await pool.ask("parts 1") == ["0"])
        }
    }

    @Test func aRefusalKeepsTheWorker() async throws {
        try await withPool(try Probes.pool()) { pool in
            let before = try await pool.ask("process")
            let refusal = await #expect(throws: WorkerFailure.self) { try await pool.ask("refuse") }
            #expect(refusal == WorkerFailure(code: "encrypted", message: "the document needs a password"))
            let other = await #expect(throws: WorkerFailure.self) { try await pool.ask("throw") }
            #expect(other?.code == "failed")
            #expect(try await pool.ask("process") == before)
        }
    }

    @Test(arguments: [
        ("crash", SandboxError.Code.crashed, "the probe process crashed with signal 11 (SIGSEGV)"),
        ("exit 3", .crashed, "the probe process exited with code 3"),
        ("grow", .limitExceeded, "the probe process used more memory than allowed"),
        ("spin", .limitExceeded, "the probe process used more processor time than allowed"),
        ("sleep", .timedOut, "the probe process took more time than allowed"),
        ("garbage", .malformedResponse, "the probe process sent a frame of 4294967299 bytes where 4194304 are allowed"),
        (
            "bytes 5000000", .malformedResponse,
            "the probe process sent a frame of 5000005 bytes where 4194304 are allowed"
        ),
        ("flood", .malformedResponse, "the probe process sent a response of more than 16777216 bytes"),
    ])
    func saysWhyAWorkerWasReplaced(request: String, code: SandboxError.Code, message: String) async throws {
        let pool = try Probes.pool {
            $0.cpu = .milliseconds(300)
            $0.wall = .seconds(12)
        }
        try await withPool(pool) { pool in
            let before = try await pool.ask("process")
            let error = await #expect(throws: SandboxError.self) { try await pool.ask(request) }
            #expect(error?.code == code)
            #expect(error?.message == message)
            #expect(try await pool.ask("process") != before)
        }
    }

    @Test func keepsTheLastWordsOfAWorker() async throws {
        try await withPool(try Probes.pool()) { pool in
            let error = await #expect(throws: SandboxError.self) { try await pool.ask("complain") }
            #expect(error?.exit == .signaled(6))
            #expect(error?.errorOutput.hasSuffix("about to give up\n") == true)
            #expect(error?.message.contains("give up") == false)
        }
    }

    @Test func aRequestsOwnTimeGoesBeforeThePolicys() async throws {
        try await withPool(try Probes.pool { $0.wall = .seconds(170) }) { pool in
            let start = ContinuousClock.now
            let error = await #expect(throws: SandboxError.self) {
                try await pool.ask("sleep", wall: .milliseconds(200))
            }
            #expect(error?.code == .timedOut)
            #expect(start.duration(to: .now) < .seconds(100))
        }
    }

    @Test func cancellationFreesTheWorkersPlace() async throws {
        try await withPool(try Probes.pool(workers: 1, waiting: 1)) { pool in
            let sleeper = Task { try await pool.ask("sleep") }
            let waiter = Task { try await pool.ask("parts 1") }
            try await Task.sleep(for: .milliseconds(200))
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
            sleeper.cancel()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
            #expect(try await pool.ask("parts 1") == ["0"])
        }
    }

    @Test func aFullLineRefusesAtOnce() async throws {
        try await withPool(try Probes.pool(workers: 1, waiting: 0)) { pool in
            let (busy, isBusy) = AsyncStream.makeStream(of: Void.self)
            let holder = Task {
                try await pool.request(Array("parts 1".utf8)) { _ in
                    isBusy.finish()
                    try await Task.sleep(for: .seconds(100))
                }
            }
            for await _ in busy {}
            let error = await #expect(throws: SandboxError.self) { try await pool.ask("parts 1") }
            #expect(error?.code == .overloaded)
            #expect(error?.message == "all probe processes are busy and 0 requests wait already")
            holder.cancel()
            _ = await holder.result
        }
    }

    @Test func workersWorkSideBySide() async throws {
        try await withPool(try Probes.pool(workers: 3)) { pool in
            let crash = Task { try await pool.ask("crash") }
            let processes = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<12 { group.addTask { try await pool.ask("process") } }
                return try await group.reduce(into: Set<String>()) { $0.formUnion($1) }
            }
            #expect((1...4).contains(processes.count))
            await #expect(throws: SandboxError.self) { try await crash.value }
        }
    }

    @Test func recyclesAfterSoManyRequests() async throws {
        try await withPool(try Probes.pool(recycleAfter: 3)) { pool in
            var processes: [[String]] = []
            for _ in 0..<6 { processes.append(try await pool.ask("process")) }
            #expect(Set(processes[0..<3]).count == 1)
            #expect(Set(processes[3..<6]).count == 1)
            #expect(processes[2] != processes[3])
        }
    }

    @Test func recyclesWhatKeepsTooMuchMemory() async throws {
        try await withPool(try Probes.pool(recycleAbove: 100 << 20)) { pool in
            let before = try await pool.ask("process")
            #expect(try await pool.ask("keep 120000000") == [])
            #expect(try await pool.ask("process") != before)
        }
    }

    @Test func saysThatAWorkerDoesNotStart() async throws {
        try await withPool(try Probes.pool(program: try Probes.program, arguments: ["exit", "3"])) { pool in
            let error = await #expect(throws: SandboxError.self) { try await pool.ask("process") }
            #expect(error?.code == .cannotStart)
            #expect(error?.exit == .exited(3))
        }
        try await withPool(try Probes.pool(program: "/no/such/worker")) { pool in
            let error = await #expect(throws: SandboxError.self) { try await pool.ask("process") }
            #expect(error?.message == "/no/such/worker: No such file or directory")
        }
    }

    @Test func aClosedPoolRefuses() async throws {
        let pool = try Probes.pool()
        #expect(try await pool.ask("parts 1") == ["0"])
        await pool.shutdown()
        let error = await #expect(throws: SandboxError.self) { try await pool.ask("parts 1") }
        #expect(error?.code == .closed)
    }

    /// In a process of its own, so that other tests' memory and descriptors do not count.
    @Test func aThousandCrashesLeaveNothingBehind() async throws {
        await #expect(processExitsWith: .success) {
            let pool = try Probes.pool(program: try Probes.program, arguments: ["crashing-worker"])
            func crash() async throws {
                let error = await #expect(throws: SandboxError.self) { try await pool.ask("x") }
                try #require(error?.exit == .signaled(11))
            }
            for _ in 0..<50 { try await crash() }
            let before = (memory: residentMemory(), descriptors: openDescriptors())
            for _ in 0..<1000 { try await crash() }
            let after = (memory: residentMemory(), descriptors: openDescriptors())
            await pool.shutdown()
            // A leak of one 64 KiB buffer per crash would be 64 MiB.
            guard after.descriptors <= before.descriptors, after.memory - before.memory < 8 << 20, !hasChildren() else {
                print("before \(before), after \(after), children \(hasChildren())")
                exit(1)
            }
        }
    }
}

private struct Enough: Error {}

private func residentMemory() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return (Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0) * 4096
}

private func openDescriptors() -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
}

private func hasChildren() -> Bool {
    var status: Int32 = 0
    return waitpid(-1, &status, WNOHANG) >= 0
}
