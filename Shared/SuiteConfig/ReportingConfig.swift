/// Configuration of the reporting service.
package struct ReportingConfig: HTTPServiceConfig {
    package static let service = "reporting"

    package var http: HTTPConfig
    package var log: LogConfig
    package var featureStoreURL: String
    package var featureStoreTimeout: Duration
    /// Where reports are kept; empty until it is set, and the service does not start without it.
    package var dataFolder: String
    /// Folder whose `<name>.mustache` files stand in for the built-in templates.
    package var templateFolder: String?
    /// `pdflatex`, by path or by name on `PATH`.
    package var texProgram: String
    package var texMemory: Int
    package var texTime: Duration
    /// Bytes of the PDF.
    package var texFileSize: Int
    /// Reports made at once, and how many more may wait.
    package var workers: Int
    package var waiting: Int
    package var documentLimit: Int
    /// Documents with a page of their own.
    package var documentPages: Int
    /// Bytes of one picture, and of all pictures in an HTML report.
    package var pictureBytes: Int
    package var htmlPictureBytes: Int
    package var keep: Int

    package init(_ settings: Settings) {
        self.http = HTTPConfig(settings.scoped("http"), port: 8085)
        self.log = LogConfig(settings.scoped("log"))
        let services = settings.scoped("services")
        self.featureStoreURL = services.url(
            "feature_store", default: "http://127.0.0.1:8081", help: "Where feature-store answers.")
        self.featureStoreTimeout = services.duration(
            "feature_store_timeout", default: .seconds(20), in: .milliseconds(100)...(.seconds(600)),
            help: "Longest wait for one answer of feature-store.")
        self.dataFolder = settings.string(
            "data.path", default: "", nonEmpty: false, help: "Folder in which reports are kept; made when missing.")
        self.templateFolder = settings.optionalString(
            "templates.path", help: "Folder whose <name>.mustache files stand in for the built-in templates.")
        let tex = settings.scoped("tex")
        self.texProgram = tex.string("program", default: "pdflatex", help: "pdflatex, by path or by name on PATH.")
        self.texMemory = tex.bytes(
            "memory", default: 512 << 20, in: (64 << 20)...(16 << 30), help: "Memory of one run of TeX.")
        self.texTime = tex.duration(
            "time", default: .seconds(60), in: .seconds(1)...(.seconds(3600)), help: "Processor time of one run of TeX."
        )
        self.texFileSize = tex.bytes(
            "file_size", default: 64 << 20, in: (64 << 10)...(4 << 30), help: "Largest file that TeX may write.")
        let reports = settings.scoped("reports")
        self.workers = reports.int("workers", default: 1, in: 1...64, help: "Reports made at once.")
        self.waiting = reports.int(
            "waiting", default: 16, in: 0...10_000, help: "Reports that may wait; more are refused.")
        self.documentLimit = reports.int(
            "documents", default: 200, in: 1...1_000, help: "Documents of one report at most.")
        self.documentPages = reports.int(
            "document_pages", default: 60, in: 0...500,
            help: "Documents with a page of their own; the others have a line.")
        self.pictureBytes = reports.bytes(
            "picture_size", default: 1 << 20, in: 0...(16 << 20), help: "Largest picture of a page that is shown.")
        self.htmlPictureBytes = reports.bytes(
            "html_pictures", default: 4 << 20, in: 0...(256 << 20), help: "Bytes of all pictures in an HTML report.")
        self.keep = reports.int(
            "keep", default: 500, in: 1...100_000, help: "Reports kept; with more, the oldest go.")
    }
}
