/// Configuration of the document recognition service.
package struct DocumentRecognitionConfig: HTTPServiceConfig {
    package static let service = "document-recognition"

    package var http: HTTPConfig
    package var log: LogConfig
    /// Tesseract's languages of a request that names none, joined by `+`.
    package var languages: String
    /// Dots per inch at which PDF pages are rendered for OCR.
    package var resolution: Int
    package var limit: Limit
    package var workers: Workers

    /// What one request may cost.
    package struct Limit: Sendable {
        /// Bytes of a document.
        package var document: Int
        package var pages: Int
        /// Pixels of a page.
        package var pixels: Int
        /// Wall time of one page.
        package var pageTime: Duration
        /// Documents read at once, and those that may wait for their turn.
        package var running: Int
        package var waiting: Int
    }

    /// The reading processes.
    package struct Workers: Sendable {
        /// 0 takes one per core.
        package var count: Int
        /// Address space of one process, in bytes.
        package var memory: Int
        /// Pages after which a process is replaced, so that what engines leak does not add up.
        package var pages: Int
    }

    package init(_ settings: Settings) {
        self.http = HTTPConfig(settings.scoped("http"), port: 8082)
        self.log = LogConfig(settings.scoped("log"))
        let ocr = settings.scoped("ocr")
        self.languages = ocr.string(
            "languages", default: "eng", help: "Tesseract languages of a request that names none, such as eng+deu.")
        self.resolution = ocr.int(
            "resolution", default: 300, in: 72...1200, help: "Dots per inch at which PDF pages are rendered for OCR.")
        let limit = settings.scoped("limit")
        self.limit = Limit(
            document: limit.bytes(
                "document", default: 50_000_000, in: 1024...(1 << 32), help: "Largest document."),
            pages: limit.int(
                "pages", default: 500, in: 1...100_000, help: "Most pages read in one request."),
            pixels: limit.int(
                "pixels", default: 100_000_000, in: 10_000...2_000_000_000,
                help: "Most pixels of a page; PDF pages are rendered at a lower resolution instead."),
            pageTime: limit.duration(
                "page_time", default: .seconds(120), in: .milliseconds(100)...(.seconds(3600)),
                help: "Longest time for one page."),
            running: limit.int(
                "running", default: 8, in: 1...1000, help: "Documents read at once."),
            waiting: limit.int(
                "waiting", default: 32, in: 0...10_000, help: "Documents that may wait for their turn."))
        let workers = settings.scoped("workers")
        self.workers = Workers(
            count: workers.int(
                "count", default: 0, in: 0...256, help: "Reading processes; 0 takes one per core."),
            memory: workers.bytes(
                "memory", default: 2 << 30, in: (256 << 20)...(64 << 30),
                help: "Most address space of one reading process."),
            pages: workers.int(
                "pages", default: 1000, in: 1...1_000_000, help: "Pages after which a reading process is replaced."))
    }
}
