package import FoundationEssentials

/// Answer of `POST /v1/recognize`.
package struct RecognizedDocument: Codable, Sendable, Equatable {
    package enum Status: String, Codable, Sendable {
        case success
        /// Some pages failed; their ``RecognizedPage/error`` says why.
        case partialSuccess = "partial_success"
        case failure
    }

    package var status: Status
    /// `application/pdf`, `image/png`, … as found in the bytes.
    package var mediaType: String
    /// Pages in the document, also those not asked for.
    package var pageCount: Int
    package var pages: [RecognizedPage]
    /// Engine name to version, `tesseract` to `5.3.0`.
    package var engines: [String: String]
    package var milliseconds: Double

    package enum CodingKeys: String, CodingKey {
        case status, pages, engines, milliseconds
        case mediaType = "media_type"
        case pageCount = "page_count"
    }

    package init(
        status: Status, mediaType: String, pageCount: Int, pages: [RecognizedPage], engines: [String: String],
        milliseconds: Double
    ) {
        self.status = status
        self.mediaType = mediaType
        self.pageCount = pageCount
        self.pages = pages
        self.engines = engines
        self.milliseconds = milliseconds
    }

    /// All pages' text in reading order, pages separated by a form feed.
    package var text: String { pages.map(\.text).joined(separator: "\u{0C}") }
}

/// One page: its text in reading order and where each word stands.
package struct RecognizedPage: Codable, Sendable, Equatable {
    /// How the text came about.
    package enum Method: String, Codable, Sendable {
        /// From the PDF's own text layer.
        case native
        /// Read by Tesseract from pixels.
        case ocr
        /// Nothing was read.
        case none
    }

    package enum Unit: String, Codable, Sendable {
        /// 1/72 inch.
        case point
        case pixel
    }

    /// 1-based.
    package var number: Int
    /// Size of the upright page in ``unit``.
    package var width: Double
    package var height: Double
    package var unit: Unit
    /// Clockwise degrees the stored page was turned by to stand upright: 0, 90, 180 or 270.
    package var rotation: Int
    /// Clockwise degrees the upright page was straightened by before it was read; boxes are those of the page before.
    package var skew: Double
    package var method: Method
    /// Resolution the page was read at, for `ocr`.
    package var dpi: Int?
    package var text: String
    package var blocks: [TextBlock]
    /// Mean word confidence from 0 to 1; `nil` when there are no words.
    package var confidence: Double?
    package var milliseconds: Double
    package var error: PageError?
    /// Small picture of the page, when asked for.
    package var preview: PagePreview?

    package init(
        number: Int, width: Double, height: Double, unit: Unit, rotation: Int = 0, skew: Double = 0, method: Method,
        dpi: Int? = nil, text: String = "", blocks: [TextBlock] = [], confidence: Double? = nil,
        milliseconds: Double = 0, error: PageError? = nil, preview: PagePreview? = nil
    ) {
        self.number = number
        self.width = width
        self.height = height
        self.unit = unit
        self.rotation = rotation
        self.skew = skew
        self.method = method
        self.dpi = dpi
        self.text = text
        self.blocks = blocks
        self.confidence = confidence
        self.milliseconds = milliseconds
        self.error = error
        self.preview = preview
    }
}

/// Why a page could not be read.
package struct PageError: Codable, Sendable, Equatable {
    package var code: String
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}

/// A small picture of a page.
package struct PagePreview: Codable, Sendable, Equatable {
    /// `image/jpeg` or `image/png`.
    package var mediaType: String
    package var width: Int
    package var height: Int
    /// Base64 of the picture's bytes.
    package var content: String

    package enum CodingKeys: String, CodingKey {
        case width, height, content
        case mediaType = "media_type"
    }

    package init(mediaType: String, width: Int, height: Int, content: String) {
        self.mediaType = mediaType
        self.width = width
        self.height = height
        self.content = content
    }
}

/// Left, top, right, bottom in the page's unit, origin at the top left of the upright page; coded as `[l, t, r, b]`.
package struct BoundingBox: Codable, Sendable, Equatable {
    package var left: Double
    package var top: Double
    package var right: Double
    package var bottom: Double

    package init(left: Double, top: Double, right: Double, bottom: Double) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    package var width: Double { right - left }
    package var height: Double { bottom - top }

    /// The smallest box around both.
    package func union(_ other: BoundingBox) -> BoundingBox {
        BoundingBox(
            left: min(left, other.left), top: min(top, other.top), right: max(right, other.right),
            bottom: max(bottom, other.bottom))
    }

    package init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        self.left = try container.decode(Double.self)
        self.top = try container.decode(Double.self)
        self.right = try container.decode(Double.self)
        self.bottom = try container.decode(Double.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for edge in [left, top, right, bottom] {
            try container.encode((edge * 100).rounded() / 100)
        }
    }
}

/// A paragraph or other block of lines.
package struct TextBlock: Codable, Sendable, Equatable {
    package var box: BoundingBox
    package var lines: [TextLine]

    package init(box: BoundingBox, lines: [TextLine]) {
        self.box = box
        self.lines = lines
    }

    package var text: String { lines.map(\.text).joined(separator: "\n") }
}

/// A line of words.
package struct TextLine: Codable, Sendable, Equatable {
    package var box: BoundingBox
    package var words: [TextWord]

    package init(box: BoundingBox, words: [TextWord]) {
        self.box = box
        self.words = words
    }

    package var text: String { words.map(\.text).joined(separator: " ") }
}

/// A word, its place, and how sure the engine is (0 to 1; 1 for native text).
package struct TextWord: Codable, Sendable, Equatable {
    package var text: String
    package var box: BoundingBox
    package var confidence: Double

    package init(text: String, box: BoundingBox, confidence: Double) {
        self.text = text
        self.box = box
        self.confidence = confidence
    }
}

/// The JSON form of `POST /v1/recognize`; the raw form says the same in its query.
package struct RecognitionRequest: Codable, Sendable {
    package var name: String?
    /// The document's bytes, base64 in JSON.
    package var content: Data
    /// Opens an encrypted PDF.
    package var password: String?
    /// 1-based pages and ranges such as `1-20,25`; all pages when absent.
    package var pages: String?
    /// `auto` takes the file's own text where it is good, `native` only that, `ocr` never.
    package var method: MethodChoice?
    /// Tesseract language names joined by `+`, such as `eng+deu`.
    package var languages: String?
    /// Asks for a picture of the first selected page, this many pixels wide.
    package var previewWidth: Int?

    package init(
        name: String? = nil,
        content: Data,
        password: String? = nil,
        pages: String? = nil,
        method: MethodChoice? = nil,
        languages: String? = nil,
        previewWidth: Int? = nil
    ) {
        self.name = name
        self.content = content
        self.password = password
        self.pages = pages
        self.method = method
        self.languages = languages
        self.previewWidth = previewWidth
    }

    package enum MethodChoice: String, Codable, Sendable, CaseIterable {
        case auto, native, ocr
    }

    enum CodingKeys: String, CodingKey {
        case name, content, password, pages, method, languages
        case previewWidth = "preview_width"
    }
}
