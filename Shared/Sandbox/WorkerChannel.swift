import Glibc

/// The worker's side: requests from standard input, responses to standard output, blocking.
///
/// Standard output goes to standard error afterwards, so that a library's print statement cannot spoil a frame.
package struct WorkerChannel: ~Copyable {
    private let requests: Int32
    private let responses: Int32

    /// Takes the standard streams over.
    package init() throws(SandboxError) {
        requests = fcntl(0, F_DUPFD_CLOEXEC, 3)
        responses = fcntl(1, F_DUPFD_CLOEXEC, 3)
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard requests >= 0, responses >= 0, null >= 0, dup2(null, 0) == 0, dup2(2, 1) == 1 else {
            throw SandboxError(code: .cannotStart, message: "standard streams: \(errorText())")
        }
        close(null)
    }

    deinit {
        close(requests)
        close(responses)
    }

    /// Answers requests until the pool closes the channel.
    ///
    /// - Parameter answer: Sends each part of the response when it is ready. What it throws becomes the request's failure; a
    ///   ``WorkerFailure`` keeps its code.
    /// - Throws: ``SandboxError`` when the pool is gone in the middle of a frame.
    package borrowing func serve(
        _ answer: (_ request: [UInt8], _ send: (_ part: [UInt8]) throws -> Void) throws -> Void
    ) throws {
        try write(WorkerFrame(.ready))
        while let request = try read() {
            do {
                try answer(request.payload) { try write(WorkerFrame(.part, $0)) }
                try write(WorkerFrame(.end))
            } catch let failure as WorkerFailure {
                try write(WorkerFrame(.failure, failure.payload))
            } catch let gone as SandboxError {
                throw gone
            } catch {
                try write(WorkerFrame(.failure, WorkerFailure(code: "failed", message: "\(error)").payload))
            }
        }
    }

    /// The next frame; nil when the pool has closed the channel between two.
    private borrowing func read() throws(SandboxError) -> WorkerFrame? {
        var header = [UInt8](repeating: 0, count: WorkerFrame.headerLength)
        guard try fill(&header) else { return nil }
        guard let length = WorkerFrame.length(of: header), length >= header.count,
            let kind = WorkerFrame.Kind(rawValue: header[4])
        else { throw SandboxError(code: .malformedResponse, message: "no frame") }
        var payload = [UInt8](repeating: 0, count: length - header.count)
        if !payload.isEmpty, try !fill(&payload) { throw Self.gone }
        return WorkerFrame(kind, payload)
    }

    /// Reads exactly as many bytes; false at the end of the stream before the first.
    private borrowing func fill(_ bytes: inout [UInt8]) throws(SandboxError) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(requests, $0.baseAddress! + done, $0.count - done)
            }
            if count > 0 {
                done += count
            } else if count == 0 && done == 0 {
                return false
            } else if count == 0 || errno != EINTR {
                throw Self.gone
            }
        }
        return true
    }

    private borrowing func write(_ frame: WorkerFrame) throws(SandboxError) {
        for part in [frame.header, frame.payload] {
            var done = 0
            while done < part.count {
                let count = part.withUnsafeBytes { Glibc.write(responses, $0.baseAddress! + done, $0.count - done) }
                if count > 0 { done += count } else if errno != EINTR { throw Self.gone }
            }
        }
    }

    private static var gone: SandboxError { SandboxError(code: .closed, message: "the pool is gone") }
}
