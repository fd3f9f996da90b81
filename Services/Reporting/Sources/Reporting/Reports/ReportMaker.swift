package import FoundationEssentials
package import Logging
import ServiceAPI
import ServiceLifecycle

/// Takes reports on and makes them in the background, a bounded number at once.
package struct ReportMaker: Service {
    package struct Limits: Sendable {
        /// Reports made at once, and reports being made or waiting.
        package var workers: Int
        package var waiting: Int
        /// Documents of one report.
        package var documents: Int
        /// Bytes of one picture.
        package var pictureBytes: Int

        package init(workers: Int, waiting: Int, documents: Int, pictureBytes: Int) {
            self.workers = workers
            self.waiting = waiting
            self.documents = documents
            self.pictureBytes = pictureBytes
        }
    }

    private static let pictureRequests = 4

    let store: ReportStore
    let limits: Limits
    private let source: DocumentSource
    private let renderer: CollectionRenderer
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let queue: AsyncStream<String>
    private let enqueue: AsyncStream<String>.Continuation

    package init(
        store: ReportStore, source: DocumentSource, renderer: CollectionRenderer, limits: Limits, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.source = source
        self.renderer = renderer
        self.limits = limits
        self.logger = logger
        self.now = now
        // Bounded by `limits.waiting`, which `accept` holds before it adds one.
        (queue, enqueue) = AsyncStream.makeStream()
    }

    // MARK: Taking on

    /// Gathers the facts, which give the report its id, and leaves the rest to the background.
    func accept(_ request: ReportRequest) async throws -> AcceptedReport {
        let query = request.query ?? ReportRequest.Query()
        try await requireRoom()
        let (records, hasMore) = try await source.documents(
            matching: query, limit: min(query.limit ?? limits.documents, limits.documents))
        let input = CollectionInput(
            title: request.title ?? "Documents", conditions: query.words,
            documents: try records.map { try ReportDocument($0) }, hasMore: hasMore)
        let id = try input.reportID(templateVersion: renderer.templates.version)
        try await requireRoom()
        let (record, isNew) = try await store.begin(
            ReportRecord(
                id: id, kind: request.kind, title: input.title, status: .running, createdAt: timestamp(),
                documentCount: input.documents.count, progress: "waiting"),
            input: input)
        if isNew { enqueue.yield(id) }
        return AcceptedReport(id: id, status: record.status, statusURL: "/v1/reports/\(id)", created: isNew)
    }

    private func requireRoom() async throws {
        let running = await store.runningCount
        guard running < limits.workers + limits.waiting else {
            throw ReportingError(.busy, "\(running) reports are being made or wait; try again later")
        }
    }

    // MARK: Making

    package func run() async throws {
        for id in await store.unfinished() { enqueue.yield(id) }
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await id in queue.cancelOnGracefulShutdown() {
                if running == limits.workers {
                    await group.next()
                    running -= 1
                }
                group.addTask { await make(id) }
                running += 1
            }
            // What is being made stays a running report, to be made after the next start.
            group.cancelAll()
        }
    }

    private func make(_ id: String) async {
        do {
            guard try await store.beginAttempt(id, at: timestamp()) else { return }
            let input = try await store.input(id)
            let pictures = try await pictures(of: input, report: id)
            let output = try await renderer.render(input, reportID: id, pictures: pictures) { text in
                await store.progress(id, text)
            }
            try await store.finish(id, output, at: timestamp())
            logger.info("report made", metadata: ["report": "\(id)", "documents": "\(input.documents.count)"])
        } catch {
            if Task.isCancelled { return }
            let error = error as? ReportingError ?? ReportingError(error)
            logger.warning("report failed", metadata: ["report": "\(id)", "error": "\(error)"])
            try? await store.fail(id, error, at: timestamp())
        }
    }

    /// The usable pictures by document id.
    ///
    /// One that is missing or not sane costs only itself; a store that fails, the report.
    private func pictures(of input: CollectionInput, report: String) async throws -> [String: Picture] {
        let documents = renderer.pictured(input)
        guard !documents.isEmpty else { return [:] }
        return try await withThrowingTaskGroup(of: (String, Picture?).self) { group in
            var pictures: [String: Picture] = [:]
            var waiting = documents[...]
            func next() {
                guard let document = waiting.popFirst() else { return }
                group.addTask {
                    let bytes = try await source.picture(document.id)
                    return (document.id, bytes.flatMap { Picture($0, limit: limits.pictureBytes) })
                }
            }
            for _ in 0..<Self.pictureRequests { next() }
            var done = 0
            while let (id, picture) = try await group.next() {
                pictures[id] = picture
                done += 1
                await store.progress(report, "pictures, \(done) of \(documents.count)")
                next()
            }
            return pictures
        }
    }

    private func timestamp() -> String { now().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }
}
