/// What the launcher tells over its status descriptor.
package struct LauncherStatus: Equatable {
    package var program: Int32?
    package var failure: String?
    package var ended: Ended?

    package struct Ended: Equatable {
        package var exit: SandboxExit
        package var cpu: Duration
        package var peakMemory: Int
    }

    package init(_ text: some Collection<UInt8>) {
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            switch words.first {
            case "started" where words.count == 2: program = Int32(words[1])
            case "failed": failure = String(line.dropFirst("failed ".count))
            case "ended" where words.count == 7: ended = Ended(words)
            default: break
            }
        }
    }
}

extension LauncherStatus.Ended {
    /// Reads "ended HOW VALUE cpu_ms N peak_bytes N".
    init?(_ words: [Substring]) {
        guard let value = Int32(words[2]), let cpu = Int64(words[4]), let peak = Int(words[6]) else { return nil }
        switch words[1] {
        case "exit": exit = .exited(value)
        case "signal": exit = value == fileSizeSignal ? .fileSize : .signaled(value)
        case "memory": exit = .memory
        case "cpu": exit = .cpu
        case "wall": exit = .wall
        case "processes": exit = .processes
        case "tasks": exit = .tasks
        case "terminated": exit = .terminated
        default: return nil
        }
        self.cpu = .milliseconds(cpu)
        self.peakMemory = peak
    }
}

/// SIGXFSZ.
private let fileSizeSignal: Int32 = 25
