import NIOCore
package import ServiceAPI
package import SuiteConfig

/// Reads whole documents: finds out what they are, spreads their pages over the reading processes, gathers them.
package struct DocumentRecognizer: Sendable {
    private let processes: ReadingProcesses
    private let limit: DocumentRecognitionConfig.Limit
    private let languages: String
    private let resolution: Int
    private let metrics: RecognitionMetrics?

    package init(_ config: DocumentRecognitionConfig, processes: ReadingProcesses, metrics: RecognitionMetrics? = nil) {
        self.processes = processes
        self.metrics = metrics
        limit = config.limit
        languages = config.languages
        resolution = config.resolution
    }

    /// A document of which the number of pages is known and none is read yet.
    package struct Opened: Sendable {
        package let format: DocumentFormat
        package let pageCount: Int
        package let engines: [String: String]
        /// The pages to read, ascending.
        package let selected: [Int]
        fileprivate let order: RecognitionOrder
        fileprivate let file: SpooledFile
    }

    /// - Throws: `RecognitionError` when the document cannot be read at all.
    package func open(_ order: RecognitionOrder) async throws -> Opened {
        guard order.content.readableBytes <= limit.document else {
            throw RecognitionError(
                .documentLimit,
                "the document has \(order.content.readableBytes) bytes; the limit is \(limit.document) (limit.document)"
            )
        }
        let format = try order.format()
        let file = try await SpooledFile(order.content, in: processes.folder)
        let request = WorkerRequest(path: file.path, format: format, password: order.password, work: .inspect)
        guard case .document(let count, let engines) = try await processes.answer(request) else {
            throw RecognitionError(.readerDied, "the reading process did not say how many pages the document has")
        }
        var order = order
        order.content.clear()
        return Opened(
            format: format, pageCount: count, engines: engines,
            selected: try order.pages.pages(of: count, limit: limit.pages), order: order, file: file)
    }

    /// Reads the selected pages and hands each over when it is there, so not in order.
    ///
    /// A page that cannot be read carries its error; the others stand.
    package func read(_ document: Opened, each: (RecognizedPage) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: RecognizedPage.self) { group in
            var waiting = document.selected[...]
            // One document may use every process, but not the whole line before them.
            for number in waiting.prefix(processes.count) { group.addTask { try await page(number, of: document) } }
            waiting = waiting.dropFirst(processes.count)
            while let page = try await group.next() {
                if let number = waiting.popFirst() { group.addTask { try await self.page(number, of: document) } }
                metrics?.record(page)
                try await each(page)
            }
        }
    }

    /// Reads a document to its end.
    /// - Throws: `RecognitionError` when the document, or every selected page, cannot be read.
    package func recognize(_ order: RecognitionOrder) async throws -> RecognizedDocument {
        let start = ContinuousClock.now
        let document = try await open(order)
        var pages: [RecognizedPage] = []
        try await read(document) { pages.append($0) }
        pages.sort { $0.number < $1.number }
        if let error = pages.first?.error, pages.allSatisfy({ $0.error != nil }) {
            throw RecognitionError(.init(rawValue: error.code), error.message)
        }
        return RecognizedDocument(
            status: Self.status(of: pages), mediaType: document.format.mediaType, pageCount: document.pageCount,
            pages: pages, engines: document.engines, milliseconds: (ContinuousClock.now - start) / .milliseconds(1))
    }

    static func status(of pages: some Collection<RecognizedPage>) -> RecognizedDocument.Status {
        let failed = pages.count { $0.error != nil }
        return failed == 0 ? .success : failed < pages.count ? .partialSuccess : .failure
    }

    private func page(_ number: Int, of document: Opened) async throws -> RecognizedPage {
        let order = document.order
        let options = PageOptions(
            method: order.method, languages: order.languages ?? languages,
            previewWidth: number == document.selected.first ? order.previewWidth : nil, pixelLimit: limit.pixels,
            resolution: resolution, milliseconds: Int(limit.pageTime / .milliseconds(1)))
        let request = WorkerRequest(
            path: document.file.path, format: document.format, password: order.password, work: .page(number, options))
        do {
            guard case .page(let page) = try await processes.answer(request) else {
                throw RecognitionError(.readerDied, "the reading process did not answer with a page")
            }
            return page
        } catch let error as RecognitionError where !error.concernsEveryPage {
            return RecognizedPage(
                number: number, width: 0, height: 0, unit: document.format == .pdf ? .point : .pixel, method: .none,
                error: PageError(code: error.code.rawValue, message: error.message))
        }
    }
}
