/// A step of a document that was given up, in `GET /v1/dead-letters`.
package struct DeadLetter: Codable, Sendable, Equatable {
    package var documentID: String
    package var documentName: String
    package var step: String
    /// What kind of failure it was, which decided how often the step was tried.
    package var failureClass: String
    package var code: String
    package var message: String
    package var attempts: Int
    /// RFC 3339, UTC.
    package var failedAt: String

    package enum CodingKeys: String, CodingKey {
        case step, code, message, attempts
        case documentID = "document_id"
        case documentName = "document_name"
        case failureClass = "class"
        case failedAt = "failed_at"
    }

    package init(
        documentID: String, documentName: String, step: String, failureClass: String, code: String, message: String,
        attempts: Int, failedAt: String
    ) {
        self.documentID = documentID
        self.documentName = documentName
        self.step = step
        self.failureClass = failureClass
        self.code = code
        self.message = message
        self.attempts = attempts
        self.failedAt = failedAt
    }
}

/// A page of dead letters, the newest first.
package struct DeadLetterPage: Codable, Sendable, Equatable {
    package var deadLetters: [DeadLetter]
    /// Asks for the next page; absent on the last.
    package var nextCursor: String?

    package enum CodingKeys: String, CodingKey {
        case deadLetters = "dead_letters"
        case nextCursor = "next_cursor"
    }

    package init(deadLetters: [DeadLetter], nextCursor: String? = nil) {
        self.deadLetters = deadLetters
        self.nextCursor = nextCursor
    }
}

/// Body of `POST /v1/dead-letters/replay`: all conditions together; none means every dead letter.
package struct ReplayRequest: Codable, Sendable, Equatable {
    /// Ids, or prefixes that only one has.
    package var documents: [String]?
    package var step: String?
    package var failureClass: String?
    package var code: String?
    /// Most documents, 1,000 at most.
    package var limit: Int?

    package enum CodingKeys: String, CodingKey {
        case documents, step, code, limit
        case failureClass = "class"
    }

    package init(
        documents: [String]? = nil, step: String? = nil, failureClass: String? = nil, code: String? = nil,
        limit: Int? = nil
    ) {
        self.documents = documents
        self.step = step
        self.failureClass = failureClass
        self.code = code
        self.limit = limit
    }
}

package struct ReplayAnswer: Codable, Sendable, Equatable {
    /// Documents whose failed steps are open again.
    package var replayed: Int

    package init(replayed: Int) { self.replayed = replayed }
}

/// Answer of `POST /v1/views/{view}/backfill`.
package struct BackfillAnswer: Codable, Sendable, Equatable {
    /// Documents that go through changed steps again.
    package var reopened: Int
    /// Whether no more are left.
    package var isComplete: Bool

    package enum CodingKeys: String, CodingKey {
        case reopened
        case isComplete = "complete"
    }

    package init(reopened: Int, isComplete: Bool) {
        self.reopened = reopened
        self.isComplete = isComplete
    }
}
