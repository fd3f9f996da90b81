package import FoundationEssentials
package import ServiceAPI

/// Where documents come from: the feature store, or a test's list.
package struct DocumentSource: Sendable {
    /// A page of at most `limit` documents with analysis, excerpt and features, newest first.
    package var page:
        @Sendable (_ query: ReportRequest.Query, _ limit: Int, _ cursor: String?) async throws -> DocumentPage
    /// The picture of a document's first page; nil where there is none.
    package var picture: @Sendable (_ documentID: String) async throws -> Data?

    package init(
        page: @escaping @Sendable (ReportRequest.Query, Int, String?) async throws -> DocumentPage,
        picture: @escaping @Sendable (String) async throws -> Data?
    ) {
        self.page = page
        self.picture = picture
    }
}

extension DocumentSource {
    private static let pageSize = 50
    /// Pages looked at before a query that hardly anything matches is given up.
    private static let pageLimit = 200

    /// The newest documents that match, at most `limit`, and whether there are more.
    ///
    /// Every condition is applied here too, whatever the store applies itself.
    package func documents(matching query: ReportRequest.Query, limit: Int) async throws -> (
        documents: [DocumentRecord], hasMore: Bool
    ) {
        var found: [DocumentRecord] = []
        var seen: Set<String> = []
        var cursor: String?
        for _ in 0..<Self.pageLimit {
            let page = try await page(query, Self.pageSize, cursor)
            for record in page.documents where query.matches(record) && seen.insert(record.id).inserted {
                if found.count == limit { return (found, true) }
                found.append(record)
            }
            guard let next = page.nextCursor else { return (found, false) }
            cursor = next
        }
        return (found, true)
    }
}

extension ReportRequest.Query {
    func matches(_ record: DocumentRecord) -> Bool {
        if let status, record.status != status { return false }
        if let type {
            guard case .string(type) = record.features["document_type"]?.value else { return false }
        }
        return (metadata ?? [:]).allSatisfy { record.metadata[$0.key] == $0.value }
    }

    /// The conditions in words, in a fixed order.
    var words: [String] {
        var words: [String] = []
        if let status { words.append("Status: \(status.rawValue)") }
        if let type { words.append("Type: \(type)") }
        for (key, value) in (metadata ?? [:]).sorted(by: { $0.key < $1.key }) { words.append("\(key): \(value)") }
        return words
    }
}

extension FeatureValue.Scalar {
    fileprivate static func ~= (text: String, value: Self) -> Bool { value == .string(text) }
}
