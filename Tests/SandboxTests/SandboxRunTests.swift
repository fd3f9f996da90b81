import Foundation
import Sandbox
import ServiceTesting
import Testing

@Suite(.timeLimit(.minutes(2))) struct SandboxRunTests {
    @Test func givesOutputErrorAndCode() async throws {
        let result = try await Probes.run("exit", "7")
        #expect(result.exit == .exited(7))
        #expect(result.output.isEmpty)
        let complaint = try await Probes.run("nonsense")
        #expect(complaint.exit == .exited(64))
        #expect(complaint.errorText == "sandbox-probe: what is \"nonsense\"?\n")
    }

    @Test func passesInputThatNoPipeHoldsAtOnce() async throws {
        let input = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let result = try await Probes.run("echo", input: input, outputLimit: 4 << 20)
        #expect(result.exit == .exited(0))
        #expect(result.output == input)
        #expect(!result.outputIsTruncated)
    }

    @Test func keepsNoMoreOutputThanAskedFor() async throws {
        let result = try await Probes.run("flood", outputLimit: 1000) { $0.wall = .seconds(1) }
        #expect(result.exit == .wall)
        #expect(result.output.count == 1000)
        #expect(result.outputIsTruncated)
        #expect(result.output.starts(with: Array("0123456789abcdef0123".utf8)))
    }

    @Test func namesTheCrash() async throws {
        let result = try await Probes.run("crash")
        #expect(result.exit == .signaled(11))
        #expect("\(result.exit)" == "crashed with signal 11 (SIGSEGV)")
    }

    @Test func endsWhatUsesTooMuchMemory() async throws {
        let result = try await Probes.run("allocate", "300000000") { $0.memory = 100_000_000 }
        #expect(result.exit == .memory)
        #expect(result.peakMemory > 100_000_000)
    }

    @Test func endsWhatUsesTooMuchProcessorTime() async throws {
        let result = try await Probes.run("spin") { $0.cpu = .milliseconds(300) }
        #expect(result.exit == .cpu)
        #expect(result.cpu >= .milliseconds(290))
    }

    @Test func endsWhatTakesTooLong() async throws {
        let start = ContinuousClock.now
        let result = try await Probes.run("ignore-signals") { $0.wall = .milliseconds(300) }
        #expect(result.exit == .wall)
        #expect(result.output == Array("asleep\n".utf8))
        #expect(start.duration(to: .now) > .milliseconds(290))
    }

    @Test func endsAForkBombAndWhatIsLeftOfIt() async throws {
        let bomb = try await Probes.run("fork-bomb") { $0.processes = 8 }
        #expect(bomb.exit == .processes)
        let left = try await Probes.run("leave") { $0.processes = 4 }
        let processes = left.output.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        #expect(processes.count == 2)
        for process in processes { #expect(!FileManager.default.fileExists(atPath: "/proc/\(process)")) }
    }

    @Test func limitsFilesAndTheFolderTheyLieIn() async throws {
        try await withWorkFolder { work in
            let inside = try await Probes.run("write", "\(work)/inside") { $0.workFolder = work }
            #expect(inside.exit == .exited(0))
            #expect(FileManager.default.fileExists(atPath: "\(work)/inside"))
            let large = try await Probes.run("write", "\(work)/large", "2000000") {
                $0.workFolder = work
                $0.fileSize = 1_000_000
            }
            #expect(large.exit == .fileSize)
        }
    }

    @Test func theEnvironmentIsWhatThePolicySays() async throws {
        let result = try await Probes.run("environment") { $0.environment = ["B": "2 = two", "A": "1"] }
        #expect(result.output == Array("A=1\nB=2 = two\n".utf8))
    }

    @Test func cancellationEndsTheProgram() async throws {
        let start = ContinuousClock.now
        let run = Task { try await Probes.run("ignore-signals") { $0.wall = .seconds(110) } }
        try await Task.sleep(for: .milliseconds(300))
        run.cancel()
        // The run returns only after the launcher, and with it all below, has ended.
        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(start.duration(to: .now) < .seconds(60))
    }

    @Test func saysWhatCannotBeStarted() async throws {
        let sandbox = try Probes.sandbox
        let missing = await #expect(throws: SandboxError.self) {
            try await sandbox.run("/no/such/program", policy: SandboxPolicy())
        }
        #expect(missing?.code == .cannotStart)
        #expect(missing?.message == "/no/such/program: No such file or directory")
        let unreadable = await #expect(throws: SandboxError.self) {
            try await sandbox.run(try Probes.program, policy: SandboxPolicy(readable: ["/no/such/folder"]))
        }
        #expect(unreadable?.message == "/no/such/folder: No such file or directory")
        let launcher = try Sandbox(launcher: "/no/such/launcher", logger: sandbox.logger)
        let none = await #expect(throws: SandboxError.self) {
            try await launcher.run(try Probes.program, policy: SandboxPolicy())
        }
        #expect(none?.message.hasPrefix("cannot start /no/such/launcher: ") == true)
    }

    @Test func aWorkFolderIsPrivateAndGoesAway() async throws {
        let folder = try await withWorkFolder { work in
            let attributes = try FileManager.default.attributesOfItem(atPath: work)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(work)/file"))
            return work
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test func reportsWhatTheKernelOffers() async throws {
        let support = try await Probes.sandbox.support()
        // This machine's kernel must hold what the tests above rely on.
        #expect(support.seccompFilter)
        #expect(support.ptrace)
        #expect(!support.kernel.isEmpty)
    }
}
