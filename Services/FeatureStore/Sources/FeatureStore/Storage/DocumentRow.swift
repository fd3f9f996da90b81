import FoundationEssentials
package import ServiceAPI

/// A document as it is stored.
package struct DocumentRow: Sendable {
    package var id: String
    package var name: String
    package var mediaType: String
    package var size: Int
    package var metadata: [String: String]
    package var status: DocumentRecord.Status
    package var type: String?
    package var excerpt: String?
    package var error: StepError?
    package var createdAt: Timestamp
    package var finishedAt: Timestamp?
}

extension DocumentRow {
    init(_ row: SQLRow) throws {
        id = try row.text("id")
        name = try row.text("name")
        mediaType = try row.text("media_type")
        size = try row.int("size")
        metadata = try JSONDecoder().decode([String: String].self, from: Data(try row.text("metadata").utf8))
        status = try DocumentRecord.Status(stored: try row.text("status"))
        type = try row.optionalText("type")
        excerpt = try row.optionalText("excerpt")
        if let code = try row.optionalText("error_code") {
            error = StepError(code: code, message: try row.text("error_message"))
        }
        createdAt = try row.time("created_at")
        finishedAt = try row.optionalTime("finished_at")
    }
}

/// A step as it is stored.
struct StepRow: Sendable {
    var step: JobMachine.Step
    var version: Int
    var versions: [String: String]
}

extension StepRow {
    init(_ row: SQLRow) throws {
        var step = JobMachine.Step(
            name: try StepName(stored: try row.text("name")),
            state: try DocumentStep.Status(stored: try row.text("status")), attempts: try row.int("attempts"),
            notBefore: try row.optionalTime("not_before"), startedAt: try row.optionalTime("started_at"),
            finishedAt: try row.optionalTime("finished_at"))
        if let code = try row.optionalText("error_code") {
            step.failure = StepFailure(
                try FailureClass(stored: try row.text("error_class")), code: code,
                message: try row.text("error_message"))
        }
        self.step = step
        version = try row.int("version")
        versions = try JSONDecoder().decode([String: String].self, from: Data(try row.text("versions").utf8))
    }
}

extension RawRepresentable where RawValue == String {
    /// A stored name; one that this version does not know is a fault of the store, not of a caller.
    init(stored text: String) throws {
        guard let value = Self(rawValue: text) else {
            throw FeatureStoreError(.storageFailed, "the store holds an unknown \(Self.self): \(text)")
        }
        self = value
    }
}

extension Encodable {
    /// JSON with sorted keys: the same value is the same text.
    func storedJSON() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
