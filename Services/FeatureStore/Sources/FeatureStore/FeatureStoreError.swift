package import ServiceAPI

/// What the feature store refuses or fails at.
package struct FeatureStoreError: Error, Sendable, CustomStringConvertible {
    /// The kind of error, as it stands in the response's `code`.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        package let description: String
        package let status: Int

        private init(_ description: String, _ status: Int) {
            self.description = description
            self.status = status
        }

        package static let invalidRequest = Code("invalid_request", 400)
        package static let invalidFeature = Code("invalid_feature", 422)
        package static let invalidEntity = Code("invalid_entity", 422)
        package static let requestDataNotFound = Code("request_data_not_found", 422)
        package static let invalidDefinition = Code("invalid_definition", 422)
        package static let destructiveChange = Code("destructive_change", 409)
        package static let generationMismatch = Code("generation_mismatch", 409)
        package static let viewNotFound = Code("feature_view_not_found", 404)
        package static let viewVersionNotFound = Code("feature_view_version_not_found", 404)
        package static let serviceNotFound = Code("feature_service_not_found", 404)
        package static let featureNotFound = Code("feature_not_found", 422)
        package static let featureNameCollision = Code("feature_name_collision", 422)
        package static let pushSourceNotFound = Code("push_source_not_found", 422)
        package static let invalidField = Code("invalid_field", 422)
        package static let idempotencyKeyReused = Code("idempotency_key_reused", 422)
        package static let malformedTable = Code("malformed_table", 422)
        package static let materializing = Code("materializing", 409)
        package static let malformedJSON = Code("malformed_json", 400)
        package static let emptyDocument = Code("empty_document", 422)
        package static let documentTooLarge = Code("too_large", 413)
        package static let answerTooLarge = Code("answer_too_large", 413)
        package static let unsupportedType = Code("unsupported_media_type", 415)
        package static let damagedDocument = Code("damaged_document", 422)
        package static let encryptedDocument = Code("encrypted_document", 422)
        package static let archiveBomb = Code("archive_bomb", 422)
        package static let notFound = Code("not_found", 404)
        package static let ambiguousID = Code("ambiguous_id", 409)
        package static let expectationFailed = Code("expectation_failed", 422)
        package static let datasetExists = Code("dataset_exists", 409)
        package static let datasetFailed = Code("dataset_failed", 409)
        package static let busy = Code("busy", 503)
        package static let notFinished = Code("not_finished", 409)
        package static let conversionFailed = Code("conversion_failed", 422)
        package static let conversionUnavailable = Code("conversion_unavailable", 503)
        package static let invalidAnswer = Code("invalid_answer", 502)
        package static let storageFull = Code("storage_full", 507)
        package static let storageUnavailable = Code("storage_unavailable", 503)
        package static let storageFailed = Code("storage_failed", 500)
        package static let folderInUse = Code("data_folder_in_use", 503)
        package static let interrupted = Code("interrupted", 500)
    }

    package var code: Code
    package var message: String
    package var field: String?
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, field: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.field = field
        self.cause = cause
    }

    package var description: String {
        "\(code): \(message)" + (cause.map { " (\($0))" } ?? "")
    }
}

extension FeatureStoreError: APIErrorConvertible {
    package var apiError: APIError {
        APIError(status: code.status, code: code.description, message: message, field: field)
    }
}
