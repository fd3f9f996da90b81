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
    func condition(_ db: any StoreSession) -> (sql: String, arguments: [any SQLConvertible]) {
        var terms: [String] = ["1 = 1"]
        var arguments: [any SQLConvertible] = []
        if let status {
            terms.append("status = ?")
            arguments.append(status.rawValue)
        }
        if let type {
            terms.append("type = ?")
            arguments.append(type)
        }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            terms.append(db.hasMetadata)
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
