import GRDB
package import ServiceAPI

/// Which documents: all conditions together.
package struct DocumentFilter: Sendable, Equatable {
    package var status: DocumentRecord.Status?
    package var type: String?
    package var metadata: [String: String] = [:]

    package init(status: DocumentRecord.Status? = nil, type: String? = nil, metadata: [String: String] = [:]) {
        self.status = status
        self.type = type
        self.metadata = metadata
    }

    var isEmpty: Bool { status == nil && type == nil && metadata.isEmpty }

    /// SQL that holds for a row of `document`; only placeholders carry values.
    var condition: (sql: String, arguments: StatementArguments) {
        var terms: [String] = ["1"]
        var arguments: StatementArguments = []
        if let status {
            terms.append("status = ?")
            arguments += [status.rawValue]
        }
        if let type {
            terms.append("type = ?")
            arguments += [type]
        }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            terms.append("EXISTS (SELECT 1 FROM json_each(document.metadata) WHERE key = ? AND value = ?)")
            arguments += [key, value]
        }
        return (terms.joined(separator: " AND "), arguments)
    }
}

/// A place in the list of documents, newest first: after the document it names.
package struct DocumentCursor: Sendable, Equatable {
    package var createdAt: Timestamp
    package var id: String

    package init(createdAt: Timestamp, id: String) {
        self.createdAt = createdAt
        self.id = id
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let microseconds = Int64(parts[0]), parts[1].count == 64,
            parts[1].allSatisfy(\.isHexDigit)
        else { return nil }
        self.init(createdAt: Timestamp(microseconds: microseconds), id: String(parts[1]))
    }

    package var text: String { "\(createdAt.microseconds)-\(id)" }
}
