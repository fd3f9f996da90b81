import Glibc

/// A pipe whose ends no other process inherits.
struct Pipe {
    let reading: Int32
    let writing: Int32

    init() throws(SandboxError) {
        var ends: (Int32, Int32) = (-1, -1)
        let failed = withUnsafeMutableBytes(of: &ends) { pipe($0.bindMemory(to: Int32.self).baseAddress!) }
        guard failed == 0 else { throw SandboxError(code: .cannotStart, message: "pipe: \(errorText())") }
        // Away from the numbers that the child's descriptors get. Nobody forks between these lines: whoever does, does it
        // on the spawning thread, which runs this.
        reading = fcntl(ends.0, F_DUPFD_CLOEXEC, 10)
        writing = fcntl(ends.1, F_DUPFD_CLOEXEC, 10)
        Glibc.close(ends.0)
        Glibc.close(ends.1)
        guard reading >= 0, writing >= 0 else {
            let text = errorText()
            close()
            throw SandboxError(code: .cannotStart, message: "pipe: \(text)")
        }
    }

    func close() {
        if reading >= 0 { Glibc.close(reading) }
        if writing >= 0 { Glibc.close(writing) }
    }
}

/// The text of `errno`.
func errorText(_ number: Int32 = errno) -> String { String(cString: strerror(number)) }
