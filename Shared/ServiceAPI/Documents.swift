/// A document as `GET /v1/documents/{id}` shows it.
package struct DocumentRecord: Codable, Sendable, Equatable {
    package enum Status: String, Codable, Sendable, CaseIterable {
        case queued, running, succeeded
        /// Done, but a page or an optional step failed.
        case partial
        case failed

        /// Whether nothing more will happen by itself.
        package var isFinal: Bool { self != .queued && self != .running }
    }

    /// SHA-256 of the bytes in lower-case hex.
    package var id: String
    package var name: String
    package var mediaType: String
    /// Size in bytes.
    package var size: Int
    package var metadata: [String: String]
    package var status: Status
    /// RFC 3339, UTC.
    package var createdAt: String
    package var finishedAt: String?
    /// The document view that the document goes through, `name@version`.
    package var view: String
    package var steps: [DocumentStep]
    /// Latest value of each feature; empty until the features step is done.
    package var features: [String: FeatureValue]
    /// Why the document failed.
    package var error: StepError?
    /// What is read first: type, language, entities; present when the analysis is done.
    package var analysis: TextAnalysis?
    /// The start of the text, at most 2,000 characters.
    package var excerpt: String?
    package var hasPreview: Bool

    package enum CodingKeys: String, CodingKey {
        case id, name, size, metadata, status, view, steps, features, error, analysis, excerpt
        case mediaType = "media_type"
        case createdAt = "created_at"
        case finishedAt = "finished_at"
        case hasPreview = "has_preview"
    }

    package init(
        id: String, name: String, mediaType: String, size: Int, metadata: [String: String], status: Status,
        createdAt: String, finishedAt: String? = nil, view: String, steps: [DocumentStep] = [],
        features: [String: FeatureValue] = [:], error: StepError? = nil, analysis: TextAnalysis? = nil,
        excerpt: String? = nil, hasPreview: Bool = false
    ) {
        self.id = id
        self.name = name
        self.mediaType = mediaType
        self.size = size
        self.metadata = metadata
        self.status = status
        self.createdAt = createdAt
        self.finishedAt = finishedAt
        self.view = view
        self.steps = steps
        self.features = features
        self.error = error
        self.analysis = analysis
        self.excerpt = excerpt
        self.hasPreview = hasPreview
    }
}

/// One step of a document view: state and lineage.
///
/// Its result is read at `/v1/documents/{id}/steps/{name}`.
package struct DocumentStep: Codable, Sendable, Equatable {
    package enum Status: String, Codable, Sendable {
        case pending, running, succeeded, partial, failed, skipped
    }

    /// `convert`, `recognize`, `analyze`, `embed`, `type`, `features`.
    package var name: String
    package var status: Status
    package var attempts: Int
    package var startedAt: String?
    package var finishedAt: String?
    package var milliseconds: Double?
    /// What made the result: service, engine, model and step code, each with its version.
    package var versions: [String: String]
    package var error: StepError?

    package enum CodingKeys: String, CodingKey {
        case name, status, attempts, milliseconds, versions, error
        case startedAt = "started_at"
        case finishedAt = "finished_at"
    }

    package init(
        name: String, status: Status, attempts: Int = 0, startedAt: String? = nil, finishedAt: String? = nil,
        milliseconds: Double? = nil, versions: [String: String] = [:], error: StepError? = nil
    ) {
        self.name = name
        self.status = status
        self.attempts = attempts
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.milliseconds = milliseconds
        self.versions = versions
        self.error = error
    }
}

/// Why a step or document failed.
package struct StepError: Codable, Sendable, Equatable {
    package var code: String
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}

/// A typed feature value with its times.
package struct FeatureValue: Codable, Sendable, Equatable {
    package enum Scalar: Codable, Sendable, Hashable {
        case int(Int64)
        case double(Double)
        case string(String)
        case bool(Bool)
        case null

        package init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Int64.self) {
                self = .int(value)
            } else if let value = try? container.decode(Double.self) {
                self = .double(value)
            } else {
                self = .string(try container.decode(String.self))
            }
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .int(let value): try container.encode(value)
            case .double(let value): try container.encode(value)
            case .string(let value): try container.encode(value)
            case .bool(let value): try container.encode(value)
            case .null: try container.encodeNil()
            }
        }
    }

    package var value: Scalar
    /// RFC 3339, UTC: when the value held.
    package var eventTime: String
    /// RFC 3339, UTC: when it was written.
    package var createdTime: String

    package enum CodingKeys: String, CodingKey {
        case value
        case eventTime = "event_time"
        case createdTime = "created_time"
    }

    package init(value: Scalar, eventTime: String, createdTime: String) {
        self.value = value
        self.eventTime = eventTime
        self.createdTime = createdTime
    }
}

/// Answer of `POST /v1/documents`.
package struct AcceptedDocument: Codable, Sendable, Equatable {
    package var id: String
    package var status: DocumentRecord.Status
    /// Path of the document on this service.
    package var statusURL: String
    /// Whether the bytes were new.
    package var created: Bool

    package enum CodingKeys: String, CodingKey {
        case id, status, created
        case statusURL = "status_url"
    }

    package init(id: String, status: DocumentRecord.Status, statusURL: String, created: Bool) {
        self.id = id
        self.status = status
        self.statusURL = statusURL
        self.created = created
    }
}

/// A page of `GET /v1/documents`, newest first; analyses and excerpts are left out unless asked for by `include`.
package struct DocumentPage: Codable, Sendable, Equatable {
    package var documents: [DocumentRecord]
    /// Pass as `cursor` to go on; `nil` at the end.
    package var nextCursor: String?

    package enum CodingKeys: String, CodingKey {
        case documents
        case nextCursor = "next_cursor"
    }

    package init(documents: [DocumentRecord], nextCursor: String? = nil) {
        self.documents = documents
        self.nextCursor = nextCursor
    }
}

/// Answer of `GET /v1/documents/{id}/features`: the latest values, or those that held at a time.
package struct DocumentFeatures: Codable, Sendable, Equatable {
    package var documentID: String
    /// `name@version`.
    package var view: String
    /// The time asked for, RFC 3339 in UTC.
    package var asOf: String?
    /// Empty where there are none, or none at that time.
    package var features: [String: FeatureValue]

    package enum CodingKeys: String, CodingKey {
        case view, features
        case documentID = "document_id"
        case asOf = "as_of"
    }

    package init(documentID: String, view: String, asOf: String? = nil, features: [String: FeatureValue]) {
        self.documentID = documentID
        self.view = view
        self.asOf = asOf
        self.features = features
    }
}

/// Body of `POST /v1/search`.
package struct SearchRequest: Codable, Sendable, Equatable {
    /// Which documents are searched, all conditions together.
    package struct Filters: Codable, Sendable, Equatable {
        package var status: DocumentRecord.Status?
        package var type: String?
        package var metadata: [String: String]?

        package init(status: DocumentRecord.Status? = nil, type: String? = nil, metadata: [String: String]? = nil) {
            self.status = status
            self.type = type
            self.metadata = metadata
        }
    }

    package var query: String
    /// Most documents in the answer, 1 to 100; default 10.
    package var limit: Int?
    package var filters: Filters?

    package init(query: String, limit: Int? = nil, filters: Filters? = nil) {
        self.query = query
        self.limit = limit
        self.filters = filters
    }
}

/// Answer of `POST /v1/search`, best first.
package struct SearchAnswer: Codable, Sendable, Equatable {
    package struct Hit: Codable, Sendable, Equatable {
        package var documentID: String
        package var name: String
        /// Cosine of the query's and the best passage's embedding, -1 to 1.
        package var score: Double
        /// The passage that fits best.
        package var passage: String
        /// 1-based page the passage begins on.
        package var page: Int?
        package var type: String?

        package enum CodingKeys: String, CodingKey {
            case name, score, passage, page, type
            case documentID = "document_id"
        }

        package init(
            documentID: String, name: String, score: Double, passage: String, page: Int? = nil, type: String? = nil
        ) {
            self.documentID = documentID
            self.name = name
            self.score = score
            self.passage = passage
            self.page = page
            self.type = type
        }
    }

    package var hits: [Hit]

    package init(hits: [Hit]) { self.hits = hits }
}
