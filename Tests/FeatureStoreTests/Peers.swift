import FeatureStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceAPI
import ServiceHost
import ServiceTesting
import SuiteConfig
import Synchronization
import Telemetry

/// What the other services would answer, computed from the document: its text is what follows the first line.
enum Peers {
    static func recognize(_ document: ByteBuffer, pages: Int = 1) -> RecognizedDocument {
        let lines = String(buffer: document).split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
        let text = lines.joined(separator: "\n")
        let box = BoundingBox(left: 0, top: 0, right: 1, bottom: 1)
        let words = text.split(whereSeparator: \.isWhitespace).map {
            TextWord(text: String($0), box: box, confidence: 1)
        }
        let page = RecognizedPage(
            number: 1, width: 1, height: 1, unit: .point, method: .native, text: text,
            blocks: [TextBlock(box: box, lines: [TextLine(box: box, words: words)])],
            // The first bytes of a PNG.
            preview: PagePreview(mediaType: "image/png", width: 1, height: 1, content: "iVBORw0KGgo="))
        return RecognizedDocument(
            status: .success, mediaType: "application/pdf", pageCount: 1, pages: [page],
            engines: ["pdfium": "1"], milliseconds: 1)
    }

    /// Every line is a sentence, every number followed by EUR an amount.
    static func analyze(_ request: AnalyzeRequest) -> TextAnalysis {
        var sentences: [TextSpan] = []
        var start = 0
        for line in request.text.split(separator: "\n", omittingEmptySubsequences: false) {
            let end = min(start + line.unicodeScalars.count + 1, request.text.unicodeScalars.count)
            if end > start { sentences.append(TextSpan(start: start, end: end)) }
            start = end
        }
        let words = request.text.split(whereSeparator: \.isWhitespace)
        let amounts = zip(words, words.dropFirst()).filter { $0.1 == "EUR" && Double($0.0) != nil }.map {
            TextEntity(kind: .amount, start: 0, end: 0, text: "\($0.0) EUR", value: String($0.0), currency: "EUR")
        }
        return TextAnalysis(
            language: DetectedLanguage(code: "en", confidence: 1, reliable: true), sentences: sentences,
            entities: amounts, type: DocumentType(label: "letter", score: 1, scores: [.init(label: "letter", score: 1)])
        )
    }

    /// One dimension per letter: texts with the same letters are similar.
    static func embed(_ text: String) -> [Float] {
        var vector = [Float](repeating: 0, count: 26)
        for byte in text.lowercased().utf8 where (0x61...0x7A).contains(byte) { vector[Int(byte - 0x61)] += 1 }
        return Vector.normalized(vector)
    }

    static let services = DocumentServices(
        recognize: { document, _ in recognize(document) },
        analyze: { analyze($0) },
        embed: { $0.map(embed) })

    /// The same over HTTP; `fail` may answer a path's n-th call with an error.
    static func application(
        delay: Duration = .zero,
        fail: @escaping @Sendable (_ path: String, _ call: Int) -> APIError? = { _, _ in nil }
    ) throws -> ServiceApplication {
        let calls = Mutex<[String: Int]>([:])
        let check: @Sendable (String) throws -> Void = { path in
            let call = calls.withLock { calls in
                calls[path, default: 0] += 1
                return calls[path] ?? 0
            }
            if let error = fail(path, call) { throw error }
        }
        let config = try testConfiguration(NLPConfig.self)
        let environment = testEnvironment()
        return try ServiceApplication(
            name: "peers", version: "0", http: config.http, openAPI: "{}", telemetry: environment.telemetry,
            logger: environment.logger, dependencies: [], services: []
        ) { router in
            router.post("v1/recognize") { request, context in
                try check("recognize")
                try await Task.sleep(for: delay)
                return JSONResponse(recognize(try await request.collectBody(context)))
            }
            router.post("v1/analyze") { request, context in
                try check("analyze")
                return JSONResponse(analyze(try await request.decodeJSON(AnalyzeRequest.self, context)))
            }
            router.post("embed") { request, context in
                try check("embed")
                guard case .batch(let inputs) = try await request.decodeJSON(EmbedRequest.self, context).inputs else {
                    throw APIError.invalid("inputs is a list")
                }
                let vectors: [[Float]] = inputs.map { input in
                    guard case .text(let text) = input else { return [] }
                    return embed(text)
                }
                return JSONResponse(vectors)
            }
        }
    }
}
