/// Body of `POST /v1/reports`.
package struct ReportRequest: Codable, Sendable, Equatable {
    /// Which documents, all conditions together.
    package struct Query: Codable, Sendable, Equatable {
        package var status: DocumentRecord.Status?
        package var type: String?
        package var metadata: [String: String]?
        /// Most documents considered, newest first.
        package var limit: Int?

        package init(
            status: DocumentRecord.Status? = nil, type: String? = nil, metadata: [String: String]? = nil,
            limit: Int? = nil
        ) {
            self.status = status
            self.type = type
            self.metadata = metadata
            self.limit = limit
        }
    }

    /// `collection`.
    package var kind: String
    package var title: String?
    package var query: Query?

    package init(kind: String = "collection", title: String? = nil, query: Query? = nil) {
        self.kind = kind
        self.title = title
        self.query = query
    }
}

/// A report's state, as `GET /v1/reports/{id}` shows it.
package struct ReportRecord: Codable, Sendable, Equatable {
    package enum Status: String, Codable, Sendable {
        case running, succeeded, failed
    }

    package var id: String
    package var kind: String
    package var title: String
    package var status: Status
    package var createdAt: String
    package var finishedAt: String?
    package var documentCount: Int?
    /// What is being done now, while running.
    package var progress: String?
    package var error: StepError?
    /// Paths on this service, when succeeded.
    package var pdfURL: String?
    package var htmlURL: String?

    package enum CodingKeys: String, CodingKey {
        case id, kind, title, status, progress, error
        case createdAt = "created_at"
        case finishedAt = "finished_at"
        case documentCount = "document_count"
        case pdfURL = "pdf_url"
        case htmlURL = "html_url"
    }

    package init(
        id: String, kind: String, title: String, status: Status, createdAt: String, finishedAt: String? = nil,
        documentCount: Int? = nil, progress: String? = nil, error: StepError? = nil, pdfURL: String? = nil,
        htmlURL: String? = nil
    ) {
        self.id = id
        self.kind = kind
        self.title = title
        self.status = status
        self.createdAt = createdAt
        self.finishedAt = finishedAt
        self.documentCount = documentCount
        self.progress = progress
        self.error = error
        self.pdfURL = pdfURL
        self.htmlURL = htmlURL
    }
}
