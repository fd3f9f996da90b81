import ServiceAPI

extension ReportRequest {
    private static let titleLength = 1...200
    private static let conditionLength = 1...256
    private static let metadataLimit = 16

    /// - Throws: ``ReportingError`` 422 naming the field.
    func validate(documentLimit: Int) throws {
        guard kind == "collection" else {
            throw ReportingError(.invalidRequest, "kind must be \"collection\"", field: "kind")
        }
        if let title { try Self.require(title, Self.titleLength, "title") }
        if let limit = query?.limit, !(1...documentLimit).contains(limit) {
            throw ReportingError(.invalidRequest, "query.limit must be of 1...\(documentLimit)", field: "query.limit")
        }
        if let type = query?.type { try Self.require(type, Self.conditionLength, "query.type") }
        let metadata = query?.metadata ?? [:]
        guard metadata.count <= Self.metadataLimit else {
            throw ReportingError(
                .invalidRequest, "query.metadata must have at most \(Self.metadataLimit) entries",
                field: "query.metadata")
        }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            try Self.require(key, Self.conditionLength, "query.metadata")
            try Self.require(value, 0...Self.conditionLength.upperBound, "query.metadata.\(key)")
        }
    }

    private static func require(_ text: String, _ length: ClosedRange<Int>, _ field: String) throws {
        guard length.contains(text.utf8.count) else {
            throw ReportingError(
                .invalidRequest, "\(field) must be \(length.lowerBound) to \(length.upperBound) bytes of UTF-8",
                field: field)
        }
        guard !text.utf8.contains(0) else {
            throw ReportingError(.invalidRequest, "\(field) must not contain NUL", field: field)
        }
    }
}
