import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationEssentialsCompat
import ServiceAPI
import ServiceHost
import SuiteConfig
import Telemetry

/// `POST /v1/recognize`.
struct RecognitionRoutes {
    let recognizer: DocumentRecognizer
    let config: DocumentRecognitionConfig
    let telemetry: Telemetry

    /// Base64 takes four bytes for three; the rest of the JSON form is small.
    private var bodyLimit: Int { config.limit.document / 3 * 4 + (1 << 20) }

    func add(to router: ServiceRouter) {
        router.group("v1")
            .add(middleware: ErrorForm(.quinion))
            .add(middleware: BodyLimit(bodyLimit))
            .add(middleware: Deadline(default: config.http.maxRequestTimeout, cap: config.http.maxRequestTimeout))
            .add(
                middleware: ConcurrencyLimit(
                    name: "recognize", running: config.limit.running, waiting: config.limit.waiting,
                    telemetry: telemetry)
            )
            .post("recognize") { [recognizer] request, context in
                let order = try await RecognitionOrder(request, context)
                if request.headers[.accept]?.contains(Self.lines) == true {
                    return Self.stream(try await recognizer.open(order), recognizer)
                }
                return try JSONResponse(await recognizer.recognize(order)).response(from: request, context: context)
            }
    }

    // MARK: Pages as they come

    private static let lines = "application/x-ndjson"

    /// First line the outline, then a line for each page in the order of completion, last a line with the end.
    private enum Line: Encodable {
        case document(DocumentRecognizer.Opened)
        case page(RecognizedPage)
        case end(RecognizedDocument.Status, milliseconds: Double)

        private enum Keys: String, CodingKey {
            case document, page, end, status, milliseconds, engines
            case mediaType = "media_type"
            case pageCount = "page_count"
            case selected = "selected_pages"
        }

        func bytes() throws -> ByteBuffer {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            var bytes = ByteBuffer(data: try encoder.encode(self))
            bytes.writeInteger(UInt8(ascii: "\n"))
            return bytes
        }

        func encode(to encoder: any Encoder) throws {
            var line = encoder.container(keyedBy: Keys.self)
            switch self {
            case .document(let document):
                var outline = line.nestedContainer(keyedBy: Keys.self, forKey: .document)
                try outline.encode(document.format.mediaType, forKey: .mediaType)
                try outline.encode(document.pageCount, forKey: .pageCount)
                try outline.encode(document.selected.count, forKey: .selected)
                try outline.encode(document.engines, forKey: .engines)
            case .page(let page): try line.encode(page, forKey: .page)
            case .end(let status, let milliseconds):
                var end = line.nestedContainer(keyedBy: Keys.self, forKey: .end)
                try end.encode(status, forKey: .status)
                try end.encode(milliseconds, forKey: .milliseconds)
            }
        }
    }

    private static func stream(_ document: DocumentRecognizer.Opened, _ recognizer: DocumentRecognizer) -> Response {
        Response(
            status: .ok, headers: [.contentType: lines],
            body: ResponseBody { writer in
                let start = ContinuousClock.now
                // Pages are handed over one after the other, by the task that runs this closure.
                nonisolated(unsafe) var output = writer
                try await output.write(Line.document(document).bytes())
                var failed = 0
                try await recognizer.read(document) { page in
                    failed += page.error == nil ? 0 : 1
                    try await output.write(Line.page(page).bytes())
                }
                let status: RecognizedDocument.Status =
                    failed == 0 ? .success : failed < document.selected.count ? .partialSuccess : .failure
                let end = Line.end(status, milliseconds: (ContinuousClock.now - start) / .milliseconds(1))
                try await output.write(end.bytes())
                try await output.finish(nil)
            })
    }
}
