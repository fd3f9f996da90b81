import FoundationEssentials
import Sandbox

#if canImport(Glibc)
import Glibc
#endif

/// The reading process: the same executable as the service, started again with the argument `worker`.
package enum RecognitionWorker {
    /// Answers requests until the service closes the channel, and ends the process.
    package static func run() -> Never {
        do {
            let reader = PageReader()
            try WorkerChannel().serve { request, send in
                let response = reader.answer(try JSONDecoder().decode(WorkerRequest.self, from: Data(request)))
                try send(Array(JSONEncoder().encode(response)))
            }
            exit(0)
        } catch {
            // The service is gone, or a fault of the program; standard error ends up in the service's log.
            fatalError("reading process: \(error)")
        }
    }
}
