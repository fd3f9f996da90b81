import FoundationEssentials
package import Sandbox
import ServiceLifecycle
package import SuiteConfig

#if canImport(Glibc)
import Glibc
#endif

/// The pool of processes in which documents are opened and pages are read, and the folder they read from.
///
/// A process starts when there is work for it and then stays.
package final class ReadingProcesses: Service {
    /// Requests answered at the same time.
    package let count: Int
    /// Where documents are kept while they are read.
    package var folder: String { ownFolder.path }
    private let ownFolder: ReadingFolder
    private let pool: WorkerPool
    private let pageTime: Duration

    /// Time beyond a page's own, in which the process itself is to notice that the time is up.
    private static let grace: Duration = .seconds(2)

    /// - Parameter command: The program that answers requests.
    package init(_ config: DocumentRecognitionConfig, command: WorkerCommand, sandbox: Sandbox) throws {
        count = config.workers.count > 0 ? config.workers.count : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        ownFolder = try ReadingFolder()
        pageTime = config.limit.pageTime
        var policy = SandboxPolicy(
            memory: config.workers.memory, cpu: pageTime + Self.grace, wall: pageTime + Self.grace, fileSize: 0,
            readable: [ownFolder.path],
            // Tesseract's own threads fight for the cores that the pool already fills.
            environment: ["OMP_THREAD_LIMIT": "1", "LANG": "C.UTF-8"])
        if let models = getenv("TESSDATA_PREFIX").map({ String(cString: $0) }), !models.isEmpty {
            policy.environment["TESSDATA_PREFIX"] = models
            policy.readable.append(models)
        }
        policy.admitOwnLibraries()
        pool = WorkerPool(
            name: "reading", program: command.program, arguments: command.arguments, policy: policy,
            limits: WorkerLimits(
                // Each document in hand asks for at most as many pages at once as there are processes.
                workers: count, waiting: count * (config.limit.running + config.limit.waiting),
                recycleAfter: config.workers.pages, recycleAbove: config.workers.memory / 2),
            sandbox: sandbox)
    }

    /// Waits for the end of the service, then ends the processes.
    package func run() async throws {
        try? await gracefulShutdown()
        await shutdown()
    }

    /// Refuses new work and ends the processes; those at work end with their page.
    package func shutdown() async { await pool.shutdown() }

    /// - Throws: ``RecognitionError``: the process's own answer, or why there is none.
    func answer(_ request: WorkerRequest) async throws -> WorkerResponse {
        do {
            let parts = try await pool.request(Array(JSONEncoder().encode(request)), wall: pageTime + Self.grace)
            let response = try JSONDecoder().decode(WorkerResponse.self, from: Data(parts.joined()))
            if case .failure(let error) = response { throw error }
            return response
        } catch let error as SandboxError {
            throw RecognitionError(error)
        }
    }
}

/// The program that reads pages: this executable, or one beside it.
package struct WorkerCommand: Sendable {
    package var program: String
    package var arguments: [String]

    package init(program: String, arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }

    /// `document-recognition worker`, whether that is the running executable or lies beside it.
    /// - Throws: `engine_unavailable` when there is none.
    package static func standard() throws(RecognitionError) -> WorkerCommand {
        guard let program = Executables.sibling(named: "document-recognition") else {
            throw RecognitionError(
                .engineUnavailable, "the executable document-recognition is not beside the running one")
        }
        return WorkerCommand(program: program, arguments: ["worker"])
    }
}

extension RecognitionError {
    init(_ error: SandboxError) {
        let code: Code =
            switch (error.code, error.exit) {
            case (.overloaded, _): .saturated
            case (.cannotStart, _), (.closed, _): .engineUnavailable
            case (.timedOut, _), (_, .cpu): .timeLimit
            case (_, .memory): .memoryLimit
            default: .readerDied
            }
        self.init(code, code == .timeLimit ? "\(error.message) (limit.page_time)" : error.message)
    }
}
