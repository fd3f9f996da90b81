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
    package var error: ReportFailure?
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
        documentCount: Int? = nil, progress: String? = nil, error: ReportFailure? = nil, pdfURL: String? = nil,
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

/// Why a report could not be made.
package struct ReportFailure: Codable, Sendable, Equatable {
    package var code: String
    package var message: String
    /// Where TeX stopped: the line of its source, and the template and line that wrote it, `collection.tex.mustache:12`.
    package var texLine: Int?
    package var templateLine: String?

    package enum CodingKeys: String, CodingKey {
        case code, message
        case texLine = "tex_line"
        case templateLine = "template_line"
    }

    package init(code: String, message: String, texLine: Int? = nil, templateLine: String? = nil) {
        self.code = code
        self.message = message
        self.texLine = texLine
        self.templateLine = templateLine
    }
}

/// Answer of `POST /v1/reports`.
package struct AcceptedReport: Codable, Sendable, Equatable {
    package var id: String
    package var status: ReportRecord.Status
    /// Path of the report on this service.
    package var statusURL: String
    /// Whether the same report was not there yet.
    package var created: Bool

    package enum CodingKeys: String, CodingKey {
        case id, status, created
        case statusURL = "status_url"
    }

    package init(id: String, status: ReportRecord.Status, statusURL: String, created: Bool) {
        self.id = id
        self.status = status
        self.statusURL = statusURL
        self.created = created
    }
}

/// A page of `GET /v1/reports`, newest first.
package struct ReportPage: Codable, Sendable, Equatable {
    package var reports: [ReportRecord]
    /// Pass as `cursor` to go on; `nil` at the end.
    package var nextCursor: String?

    package enum CodingKeys: String, CodingKey {
        case reports
        case nextCursor = "next_cursor"
    }

    package init(reports: [ReportRecord], nextCursor: String? = nil) {
        self.reports = reports
        self.nextCursor = nextCursor
    }
}
