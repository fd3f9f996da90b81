import CLeptonica
import ServiceAPI
import ServiceHost

/// Reads pages of documents, inside a reading process.
///
/// Keeps the last document and the last engine at hand.
final class PageReader {
    private var open: (path: String, password: String?, document: Document)?
    private var engine: Tesseract?

    init() {
        // Leptonica reports on standard error what it also returns as a failure.
        setMsgSeverity(Int32(L_SEVERITY_NONE))
    }

    private enum Document {
        case pdf(PDFDocument)
        case image(ImageFile)
    }

    func answer(_ request: WorkerRequest) -> WorkerResponse {
        do throws(RecognitionError) {
            switch request.work {
            case .inspect:
                // The path may be one that another document had before.
                open = nil
                return .document(pageCount: try inspect(document(request)), engines: Self.engines)
            case .page(let number, let options):
                let clock = ContinuousClock()
                let start = clock.now
                var page = try read(number, of: document(request), options)
                page.milliseconds = (clock.now - start) / .milliseconds(1)
                return .page(page)
            }
        } catch {
            return .failure(error)
        }
    }

    static var engines: [String: String] {
        [
            "document-recognition": suiteVersion, "tesseract": Tesseract.version,
            "leptonica": Picture.libraryVersion, "pdfium": PDFDocument.libraryVersion,
        ]
    }

    private func document(_ request: WorkerRequest) throws(RecognitionError) -> Document {
        if let open, open.path == request.path, open.password == request.password { return open.document }
        open = nil
        let document: Document =
            switch request.format {
            case .pdf: .pdf(try PDFDocument(path: request.path, password: request.password))
            default: .image(try ImageFile(path: request.path, format: request.format))
            }
        open = (request.path, request.password, document)
        return document
    }

    private func inspect(_ document: Document) throws(RecognitionError) -> Int {
        let count =
            switch document {
            case .pdf(let pdf): pdf.pageCount
            case .image(let image): image.pageCount
            }
        if count < 1 { throw RecognitionError(.documentDamaged, "the document has no pages") }
        return count
    }

    private func read(_ number: Int, of document: Document, _ options: PageOptions) throws(RecognitionError)
        -> RecognizedPage
    {
        switch document {
        case .pdf(let pdf): try read(PDFPage(pdf, number: number), number, options)
        case .image(let image): try read(image, number, options)
        }
    }

    // MARK: PDF

    private func read(_ page: PDFPage, _ number: Int, _ options: PageOptions) throws(RecognitionError) -> RecognizedPage
    {
        let layer = options.method == .ocr ? nil : TextLayer(page)
        if let layer, options.method == .native || layer.isTrustworthy(beside: page.content()) {
            return try native(page, number, layer, options)
        }
        let scale = min(
            Double(options.resolution) / 72,
            (Double(options.pixelLimit) / (page.size.width * page.size.height)).squareRoot(),
            Double(Tesseract.sideLimit) / max(page.size.width, page.size.height))
        let resolution = Int((scale * 72).rounded())
        let picture = try page.render(scale: scale, colour: false)
        var result = try recognize(picture, number, (resolution, resolution), options)
        result.unit = .point
        result.rotation = (result.rotation + page.quarterTurns * 90) % 360
        let size = page.size.turned(by: result.rotation / 90 - page.quarterTurns)
        let (x, y) = (size.width / result.width, size.height / result.height)
        result.scale(x: x, y: y)
        if let width = options.previewWidth {
            result.preview = try preview(page, turnedBy: result.rotation / 90 - page.quarterTurns, width: width)
        }
        return result
    }

    private func native(
        _ page: PDFPage, _ number: Int, _ layer: TextLayer, _ options: PageOptions
    ) throws(RecognitionError) -> RecognizedPage {
        let turns = layer.dominantQuarterTurns
        let size = page.size.turned(by: turns)
        let blocks = ReadingOrder.blocks(of: layer.segments(turnedBy: turns, on: page.size))
        return RecognizedPage(
            number: number, width: size.width, height: size.height, unit: .point,
            rotation: (page.quarterTurns + turns) % 4 * 90, method: .native,
            text: blocks.map(\.text).joined(separator: "\n\n"), blocks: blocks, confidence: blocks.isEmpty ? nil : 1,
            preview: try options.previewWidth.map { width throws(RecognitionError) in
                try preview(page, turnedBy: turns, width: width)
            })
    }

    private func preview(_ page: PDFPage, turnedBy turns: Int, width: Int) throws(RecognitionError) -> PagePreview {
        let shown = page.size.turned(by: turns)
        return try page.render(scale: Double(width) / shown.width, colour: true).turned(by: turns).preview(width: width)
    }

    // MARK: Images

    private func read(_ image: ImageFile, _ number: Int, _ options: PageOptions) throws(RecognitionError)
        -> RecognizedPage
    {
        let stored = try image.picture(ofPage: number, pixelLimit: options.pixelLimit)
        let picture = try stored.turned(by: image.quarterTurns)
        let resolution = image.quarterTurns % 2 == 0 ? stored.resolution : (stored.resolution.y, stored.resolution.x)
        if options.method == .native {
            return RecognizedPage(
                number: number, width: picture.size.width, height: picture.size.height, unit: .pixel,
                rotation: image.quarterTurns * 90, method: .none,
                preview: try options.previewWidth.map { width throws(RecognitionError) in
                    try picture.preview(width: width)
                })
        }
        var result = try recognize(picture, number, resolution, options)
        if let width = options.previewWidth {
            result.preview = try picture.turned(by: result.rotation / 90).preview(width: width)
        }
        result.rotation = (result.rotation + image.quarterTurns * 90) % 360
        return result
    }

    // MARK: OCR

    /// Words read below this mean confidence are worth a second look at the page from another side.
    private static let doubtful = 0.6

    /// Cleans, reads and orders a picture; the result is in its upright pixels.
    private func recognize(
        _ picture: Picture, _ number: Int, _ resolution: (x: Int, y: Int), _ options: PageOptions
    ) throws(RecognitionError) -> RecognizedPage {
        let deadline = ContinuousClock.now + .milliseconds(options.milliseconds)
        let engine = try engine(for: options.languages)
        func read(_ page: PageCleanup) throws(RecognitionError) -> [TextSegment] {
            let left = Int(max(.milliseconds(1), deadline - .now) / .milliseconds(1))
            return try engine.read(page.picture, resolution: page.resolution(of: resolution), milliseconds: left)
        }
        var page = try PageCleanup(picture, resolution: resolution, pixelLimit: options.pixelLimit)
        var segments = try read(page)
        if confidence(segments) < Self.doubtful, !segments.isEmpty {
            var turned = page
            try turned.turn(by: 2)
            let other = try read(turned)
            if confidence(other) > confidence(segments) { (page, segments) = (turned, other) }
        }
        let blocks = ReadingOrder.blocks(of: segments).map { $0.mapped(page.original) }
        return RecognizedPage(
            number: number, width: page.uprightSize.width, height: page.uprightSize.height, unit: .pixel,
            rotation: page.quarterTurns * 90, skew: page.skew, method: .ocr, dpi: page.resolution(of: resolution),
            text: blocks.map(\.text).joined(separator: "\n\n"), blocks: blocks,
            confidence: segments.isEmpty ? nil : confidence(segments))
    }

    private func engine(for languages: String) throws(RecognitionError) -> Tesseract {
        if let engine, engine.languages == languages { return engine }
        engine = nil
        let new = try Tesseract(languages: languages)
        engine = new
        return new
    }

    private func confidence(_ segments: [TextSegment]) -> Double {
        let words = segments.flatMap(\.words)
        return words.isEmpty ? 0 : words.reduce(0) { $0 + $1.confidence } / Double(words.count)
    }
}
