import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationEssentialsCompat
import ServiceAPI
import ServiceHost

extension RecognitionOrder {
    /// Query parameters of the raw form, which are the JSON form's fields.
    private static let parameters: Set<Substring> = [
        "name", "password", "pages", "method", "languages", "preview_width",
    ]

    /// Reads either form of the request: JSON that carries the document, or the document's own bytes.
    init(_ request: Request, _ context: ServiceContext) async throws {
        let type = request.headers[.contentType]?.prefix { $0 != ";" && $0 != " " }.lowercased()
        if type == "application/json" {
            try self.init(await request.decodeJSON(RecognitionRequest.self, context))
        } else {
            try await self.init(raw: request, type: type, context)
        }
    }

    private init(_ request: RecognitionRequest) throws(RecognitionError) {
        try self.init(
            content: ByteBuffer(data: request.content), name: request.name, password: request.password,
            pages: request.pages, method: request.method, languages: request.languages,
            previewWidth: request.previewWidth)
    }

    private init(raw request: Request, type: String?, _ context: ServiceContext) async throws {
        let known = DocumentFormat.allCases.map(\.mediaType)
        if let type, type != "application/octet-stream", !known.contains(type) {
            throw RecognitionError(
                .unsupportedType,
                "Content-Type is \(type.prefix(100)); send one of \(known.joined(separator: ", ")), "
                    + "application/octet-stream, or application/json")
        }
        let query = request.uri.queryParameters
        for (key, _) in query where !Self.parameters.contains(key) {
            throw RecognitionError(
                .invalidRequest,
                "there is no query parameter '\(key.prefix(40))', only \(Self.parameters.sorted().joined(separator: ", "))",
                field: String(key.prefix(40)))
        }
        func integer(_ key: String) throws(RecognitionError) -> Int? {
            guard let text = query[Substring(key)] else { return nil }
            guard let value = Int(text) else {
                throw RecognitionError(
                    .invalidRequest, "\(key): '\(text.prefix(40))' is not a whole number", field: key)
            }
            return value
        }
        let method = try query["method"].map { text throws(RecognitionError) in
            guard let method = RecognitionRequest.MethodChoice(rawValue: String(text)) else {
                throw RecognitionError(
                    .invalidRequest, "method: '\(text.prefix(40))' is none of auto, native, ocr", field: "method")
            }
            return method
        }
        try self.init(
            content: await request.collectBody(context), statedType: type.flatMap { known.contains($0) ? $0 : nil },
            name: query["name"].map(String.init), password: query["password"].map(String.init),
            pages: query["pages"].map(String.init), method: method, languages: query["languages"].map(String.init),
            previewWidth: integer("preview_width"))
    }
}
