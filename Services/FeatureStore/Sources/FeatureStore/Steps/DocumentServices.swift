package import NIOCore
package import ServiceAPI

/// The calls to other services that the document view is made of.
package struct DocumentServices: Sendable {
    /// Reads pages and asks for a small picture of the first; the name is for messages.
    package var recognize: @Sendable (_ document: ByteBuffer, _ name: String) async throws -> RecognizedDocument
    package var analyze: @Sendable (AnalyzeRequest) async throws -> TextAnalysis
    /// One normalised vector per text.
    package var embed: @Sendable ([String]) async throws -> [[Float]]

    /// Service and model that analyse and embed, each with its version.
    package var languageVersions: @Sendable () async -> [String: String]

    package init(
        recognize: @escaping @Sendable (ByteBuffer, String) async throws -> RecognizedDocument,
        analyze: @escaping @Sendable (AnalyzeRequest) async throws -> TextAnalysis,
        embed: @escaping @Sendable ([String]) async throws -> [[Float]],
        languageVersions: @escaping @Sendable () async -> [String: String] = { [:] }
    ) {
        self.recognize = recognize
        self.analyze = analyze
        self.embed = embed
        self.languageVersions = languageVersions
    }
}
