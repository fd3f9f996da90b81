package import AsyncHTTPClient
package import NIOCore
import NIOHTTP1

/// Calls the document-recognition service.
package struct RecognitionClient: Sendable {
    package let client: ServiceClient

    package init(baseURL: String, http: HTTPClient, timeout: Duration = .seconds(600)) {
        client = ServiceClient(
            service: "document-recognition", baseURL: baseURL, http: http, timeout: timeout, maxResponse: 256 << 20)
    }

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - document: The file's bytes; their kind is found in them.
    ///   - name: The file's name, for messages.
    ///   - previewWidth: Asks for a picture of the first page this many pixels wide.
    package func recognize(
        _ document: ByteBuffer,
        name: String? = nil,
        previewWidth: Int? = nil
    ) async throws -> RecognizedDocument {
        try await client.send(
            ServiceCall(
                .POST, ["v1", "recognize"],
                query: [("name", name), ("preview_width", previewWidth.map(String.init))],
                headers: ["content-type": "application/octet-stream"], body: document, changesNothing: true)
        ).decode(RecognizedDocument.self)
    }
}
