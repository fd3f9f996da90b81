import Crypto
package import FoundationEssentials

/// Everything a collection report is made of.
///
/// Equal input gives equal bytes.
package struct CollectionInput: Codable, Sendable, Equatable {
    package var title: String
    /// The query in words, one condition each.
    package var conditions: [String]
    /// Newest first, as the store lists them.
    package var documents: [ReportDocument]
    /// Whether more documents match than the query's limit.
    package var hasMore: Bool

    package init(title: String, conditions: [String] = [], documents: [ReportDocument], hasMore: Bool = false) {
        self.title = title
        self.conditions = conditions
        self.documents = documents
        self.hasMore = hasMore
    }

    /// The moment the report stands for: that of its newest document, so that it does not change from run to run.
    package var date: Date {
        documents.map { max($0.received, $0.finished ?? $0.received) }.max() ?? Date(timeIntervalSince1970: 0)
    }

    /// Digest of the input and of the templates it will be rendered with: the report's id (128 bits of SHA-256, hex).
    package func reportID(templateVersion: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var hash = SHA256()
        hash.update(data: Data(templateVersion.utf8))
        hash.update(data: try encoder.encode(self))
        return Hex.lowercase(hash.finalize().prefix(16))
    }
}

enum Hex {
    static func lowercase(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
