import ServiceAPI

/// A report as its folder keeps it, in `record.json`.
struct StoredReport: Codable, Sendable {
    var record: ReportRecord
    /// How often making it was begun: one that ends the process each time must not do so forever.
    var attempts: Int
    /// The header for its HTML.
    var contentSecurityPolicy: String?
}
