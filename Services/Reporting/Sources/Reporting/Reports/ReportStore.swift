import FoundationEssentials
package import Logging
import ServiceAPI

/// The reports on disk: a folder for each, with `record.json`, `input.json`, `report.pdf` and `report.html`.
///
/// A folder comes into being whole, under its name, with the record of a running report; files are replaced whole. What a
/// crash leaves is therefore a report that is running, to be made again, or one that is finished.
package actor ReportStore {
    enum File: String {
        case record = "record.json"
        case input = "input.json"
        case pdf = "report.pdf"
        case html = "report.html"
    }

    private static let attemptLimit = 3

    private let root: String
    private let keep: Int
    private let logger: Logger
    private var reports: [String: StoredReport] = [:]

    /// Reads what is there.
    /// - Parameters:
    ///   - folder: Where reports are kept; made if missing.
    ///   - keep: Reports kept; with more, the oldest finished ones go.
    package init(folder: String, keep: Int, logger: Logger) throws {
        root = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        self.keep = keep
        self.logger = logger
        do {
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            for name in try FileManager.default.contentsOfDirectory(atPath: root) {
                guard Self.isID(name) else {
                    // A folder that was being made or removed.
                    if name.hasPrefix(".") { try? FileManager.default.removeItem(atPath: "\(root)/\(name)") }
                    continue
                }
                let path = "\(root)/\(name)/\(File.record.rawValue)"
                do {
                    let data = try Data(contentsOf: URL(filePath: path))
                    reports[name] = try JSONDecoder().decode(StoredReport.self, from: data)
                } catch {
                    logger.error(
                        "a report is not readable and left aside", metadata: ["file": "\(path)", "error": "\(error)"])
                }
            }
        } catch {
            throw ReportingError(.storage, "the data folder \(root) cannot be used", cause: error)
        }
    }

    // MARK: Reading

    var count: Int { reports.count }

    var runningCount: Int { reports.values.count { $0.record.status == .running } }

    func report(_ id: String) throws -> StoredReport {
        guard let report = reports[id] else {
            throw ReportingError(.notFound, "there is no report \(Self.isID(id) ? id : "of this id")")
        }
        return report
    }

    /// A page of records, newest first.
    func page(limit: Int, after cursor: String?) -> ReportPage {
        var sorted = reports.values.map(\.record).sorted { ($1.createdAt, $1.id) < ($0.createdAt, $0.id) }
        if let cursor {
            sorted = Array(sorted.drop { "\($0.createdAt)~\($0.id)" >= cursor })
        }
        let page = Array(sorted.prefix(limit))
        let next = sorted.count > limit ? page.last.map { "\($0.createdAt)~\($0.id)" } : nil
        return ReportPage(reports: page, nextCursor: next)
    }

    /// Reports that were being made when the process ended, oldest first.
    func unfinished() -> [String] {
        reports.values.map(\.record).filter { $0.status == .running }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }.map(\.id)
    }

    func input(_ id: String) throws -> CollectionInput {
        do {
            return try JSONDecoder().decode(
                CollectionInput.self, from: Data(contentsOf: URL(filePath: path(id, .input))))
        } catch {
            throw ReportingError(.storage, "the report's input cannot be read", cause: error)
        }
    }

    nonisolated func path(_ id: String, _ file: File) -> String { "\(root)/\(id)/\(file.rawValue)" }

    /// Whether the data folder takes files; for readiness.
    func probe() throws {
        let path = "\(root)/.probe"
        try AtomicFile.write(Data(), to: path)
        try FileManager.default.removeItem(atPath: path)
    }

    // MARK: Writing

    /// Keeps a new running report.
    ///
    /// A failed one of the same id is begun anew; any other stays as it is.
    /// - Returns: the report, and whether it is to be made.
    func begin(_ record: ReportRecord, input: CollectionInput) throws -> (record: ReportRecord, isNew: Bool) {
        if let present = reports[record.id], present.record.status != .failed { return (present.record, false) }
        try delete(record.id, ifPresent: true)
        try makeRoom()
        let report = StoredReport(record: record, attempts: 0)
        let folder = "\(root)/.\(record.id).new"
        do {
            try? FileManager.default.removeItem(atPath: folder)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            try AtomicFile.write(JSONEncoder().encode(input), to: "\(folder)/\(File.input.rawValue)")
            try AtomicFile.write(JSONEncoder().encode(report), to: "\(folder)/\(File.record.rawValue)")
            try AtomicFile.rename(folder, to: "\(root)/\(record.id)")
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error as? ReportingError ?? ReportingError(.storage, "the report cannot be kept", cause: error)
        }
        reports[record.id] = report
        return (record, true)
    }

    /// Counts an attempt before it is made.
    /// - Returns: false if the report is gone or was begun too often; then it is failed.
    func beginAttempt(_ id: String, at time: String) throws -> Bool {
        guard var report = reports[id], report.record.status == .running else { return false }
        report.attempts += 1
        guard report.attempts <= Self.attemptLimit else {
            try fail(
                id,
                ReportingError(.interrupted, "the service ended \(Self.attemptLimit) times while making this report"),
                at: time)
            return false
        }
        try save(report)
        return true
    }

    func progress(_ id: String, _ text: String) { reports[id]?.record.progress = text }

    func finish(_ id: String, _ output: CollectionRenderer.Output, at time: String) throws {
        guard var report = reports[id] else { return }
        try AtomicFile.write(output.pdf, to: path(id, .pdf))
        try AtomicFile.write(output.html, to: path(id, .html))
        report.record.status = .succeeded
        report.record.finishedAt = time
        report.record.progress = nil
        report.record.pdfURL = "/v1/reports/\(id)/pdf"
        report.record.htmlURL = "/v1/reports/\(id)/html"
        report.contentSecurityPolicy = output.contentSecurityPolicy
        try save(report)
    }

    func fail(_ id: String, _ error: ReportingError, at time: String) throws {
        guard var report = reports[id] else { return }
        report.record.status = .failed
        report.record.finishedAt = time
        report.record.progress = nil
        report.record.error = ReportFailure(
            code: error.code.name, message: error.message, texLine: error.texLine, templateLine: error.templateLine)
        try save(report)
    }

    /// Removes a report; one that is being made is dropped when done.
    func delete(_ id: String, ifPresent: Bool = false) throws {
        if ifPresent, reports[id] == nil { return }
        _ = try report(id)
        // Renamed first: what has the report's name is always whole.
        let gone = "\(root)/.\(id).gone"
        try? FileManager.default.removeItem(atPath: gone)
        try AtomicFile.rename("\(root)/\(id)", to: gone)
        reports[id] = nil
        try? FileManager.default.removeItem(atPath: gone)
    }

    private func makeRoom() throws {
        while reports.count >= keep {
            let finished = reports.values.map(\.record).filter { $0.status != .running }
            guard let oldest = finished.min(by: { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }) else {
                throw ReportingError(.busy, "all \(keep) reports that may be kept are being made")
            }
            try delete(oldest.id)
        }
    }

    private func save(_ report: StoredReport) throws {
        var onDisk = report
        onDisk.record.progress = nil
        try AtomicFile.write(JSONEncoder().encode(onDisk), to: path(report.record.id, .record))
        reports[report.record.id] = report
    }

    /// 32 digits of lower-case hex; anything else never becomes part of a path.
    private static func isID(_ text: String) -> Bool {
        text.utf8.count == 32 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
