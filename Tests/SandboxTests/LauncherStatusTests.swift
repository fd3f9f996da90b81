import Sandbox
import Testing

@Suite struct LauncherStatusTests {
    @Test func readsAWholeRun() {
        let status = LauncherStatus(Array("started 42\nended exit 3 cpu_ms 1500 peak_bytes 4096\n".utf8))
        #expect(status.program == 42)
        #expect(status.failure == nil)
        #expect(status.ended?.exit == .exited(3))
        #expect(status.ended?.cpu == .milliseconds(1500))
        #expect(status.ended?.peakMemory == 4096)
    }

    @Test func readsWhyNothingStarted() {
        let status = LauncherStatus(Array("failed /opt/x: No such file or directory\n".utf8))
        #expect(status.failure == "/opt/x: No such file or directory")
        #expect(status.program == nil && status.ended == nil)
    }

    @Test(arguments: [
        ("signal 11", SandboxExit.signaled(11)), ("signal 25", .fileSize), ("memory 9", .memory), ("cpu 9", .cpu),
        ("wall 9", .wall), ("processes 9", .processes), ("tasks 9", .tasks), ("terminated 9", .terminated),
    ])
    func namesEveryEnd(line: String, exit: SandboxExit) {
        #expect(LauncherStatus(Array("ended \(line) cpu_ms 1 peak_bytes 2\n".utf8)).ended?.exit == exit)
    }

    @Test(arguments: [
        "", "started\n", "ended exit\n", "ended exit x cpu_ms 1 peak_bytes 2\n", "ended other 1 a 1 b 2\n",
    ])
    func ignoresWhatItDoesNotKnow(text: String) {
        #expect(LauncherStatus(Array(text.utf8)) == LauncherStatus([UInt8]()))
    }
}
