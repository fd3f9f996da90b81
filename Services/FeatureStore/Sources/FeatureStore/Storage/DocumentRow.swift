import FoundationEssentials
import GRDB
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

extension DocumentRow: FetchableRecord {
    init(row: Row) throws {
        id = row["id"]
        name = row["name"]
        mediaType = row["media_type"]
        size = row["size"]
        metadata = try JSONDecoder().decode([String: String].self, from: Data((row["metadata"] as String).utf8))
        status = try DocumentRecord.Status(stored: row["status"])
        type = row["type"]
        excerpt = row["excerpt"]
        if let code: String = row["error_code"] { error = StepError(code: code, message: row["error_message"]) }
        createdAt = row["created_at"]
        finishedAt = row["finished_at"]
    }
}

/// A step as it is stored.
struct StepRow: Sendable {
    var step: JobMachine.Step
    var version: Int
    var versions: [String: String]
}

extension StepRow: FetchableRecord {
    init(row: Row) throws {
        var step = JobMachine.Step(
            name: try StepName(stored: row["name"]), state: try DocumentStep.Status(stored: row["status"]),
            attempts: row["attempts"], notBefore: row["not_before"], startedAt: row["started_at"],
            finishedAt: row["finished_at"])
        if let code: String = row["error_code"] {
            step.failure = StepFailure(
                try FailureClass(stored: row["error_class"]), code: code, message: row["error_message"])
        }
        self.step = step
        version = row["version"]
        versions = try JSONDecoder().decode([String: String].self, from: Data((row["versions"] as String).utf8))
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
