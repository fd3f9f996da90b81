import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import ServiceAPI
import Synchronization

/// Converts through Gotenberg's LibreOffice route (`POST /forms/libreoffice/convert`, Gotenberg 8).
final class GotenbergConverter: DocumentConverter {
    private let url: String
    private let client: HTTPClient
    private let timeout: Duration
    private let version = Mutex<String?>(nil)

    init(url: String, client: HTTPClient, timeout: Duration) {
        self.url = url
        self.client = client
        self.timeout = timeout
    }

    func convert(
        _ source: ConversionSource, into content: ContentStore, limit: Int
    ) async throws -> (pdf: IncomingFile.Content, versions: [String: String]) {
        let (bytes, name) = try await source.prepared(from: content)
        var request = HTTPClientRequest(url: url + "/forms/libreoffice/convert")
        request.method = .POST
        let boundary = "quinion-" + source.digest
        request.headers.add(name: "Content-Type", value: "multipart/form-data; boundary=\(boundary)")
        request.body = .bytes(Self.form(bytes, name: name, boundary: boundary))
        let file = content.incoming(limit: limit)
        do {
            let response = try await execute(request)
            guard response.status == .ok else { throw try await failure(response) }
            for try await chunk in response.body { try await file.append(chunk) }
            let (pdf, format) = try await file.finish { try DocumentFormat.detect($0, name: "") }
            guard format == .pdf else {
                throw FeatureStoreError(.invalidAnswer, "Gotenberg answered something that is no PDF")
            }
            return (pdf, ["service": "gotenberg", "gotenberg": await gotenbergVersion()])
        } catch {
            await file.discard()
            throw error
        }
    }

    private func execute(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        do {
            return try await client.execute(request, timeout: .nanoseconds(Int64(timeout / .nanoseconds(1))))
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            throw StepFailure.Wrapped(
                StepFailure(.timeout, code: "conversion_timeout", message: "Gotenberg did not answer in \(timeout)"))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw StepFailure.Wrapped(
                StepFailure(
                    .unavailable, code: FeatureStoreError.Code.conversionUnavailable.description,
                    message: "Gotenberg cannot be reached at \(url): \(error)"))
        }
    }

    /// Gotenberg's errors are sentences in plain text.
    private func failure(_ response: HTTPClientResponse) async throws -> StepFailure.Wrapped {
        let body = try await response.body.collect(upTo: 64 * 1024)
        let message = "Gotenberg: " + String(String(buffer: body).prefix(500))
        let failure: StepFailure =
            switch response.status.code {
            case 429: StepFailure(.busy, code: "conversion_busy", message: message)
            // 503 is its own time-out, of which the wait in its queue is a part.
            case 503: StepFailure(.busy, code: "conversion_timeout", message: message)
            case 500...: StepFailure(.fault, code: "conversion_failed", message: message)
            case _ where message.contains("password"):
                StepFailure(
                    .permanent, code: FeatureStoreError.Code.encryptedDocument.description,
                    message: "the document is protected by a password; send it without one")
            default:
                StepFailure(
                    .permanent, code: FeatureStoreError.Code.conversionFailed.description, message: message)
            }
        return StepFailure.Wrapped(failure)
    }

    private func gotenbergVersion() async -> String {
        if let known = version.withLock({ $0 }) { return known }
        // Lineage is better with the version, but a conversion does not fail for want of it.
        guard let response = try? await client.execute(HTTPClientRequest(url: url + "/version"), timeout: .seconds(5)),
            response.status == .ok, let body = try? await response.body.collect(upTo: 1024)
        else { return "unknown" }
        let text = String(buffer: body)
        version.withLock { $0 = text }
        return text
    }

    private static func form(_ bytes: ByteBuffer, name: String, boundary: String) -> ByteBuffer {
        var form = ByteBuffer()
        form.reserveCapacity(bytes.readableBytes + 512)
        form.writeString(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"files\"; filename=\"\(name)\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n")
        form.writeImmutableBuffer(bytes)
        form.writeString("\r\n--\(boundary)--\r\n")
        return form
    }
}
