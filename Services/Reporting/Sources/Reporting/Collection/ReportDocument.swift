package import FoundationEssentials

/// One document as a report sees it: every fact already fetched, nothing left to look up.
package struct ReportDocument: Codable, Sendable, Equatable {
    package enum Outcome: String, Codable, Sendable {
        case succeeded
        /// Done, but a page or an optional step failed.
        case partial
        case failed, pending
    }

    /// A label with its score in 0...1.
    package struct Scored: Codable, Sendable, Equatable {
        package var name: String
        package var score: Double

        package init(name: String, score: Double) {
            self.name = name
            self.score = score
        }
    }

    package struct Pages: Codable, Sendable, Equatable {
        /// How the text of the pages was come by.
        package enum Reading: String, Codable, Sendable, CaseIterable {
            /// From the text the file carries.
            case native
            /// By optical character recognition.
            case ocr
            case mixed
        }

        package var total: Int
        package var failed: Int
        package var reading: Reading?

        package init(total: Int = 0, failed: Int = 0, reading: Reading? = nil) {
            self.total = total
            self.failed = failed
            self.reading = reading
        }
    }

    /// A sum of money found in the text.
    package struct Amount: Codable, Sendable, Equatable {
        /// Hundredths of the currency unit, so that sums are exact.
        package var hundredths: Int
        /// ISO 4217 code; nil where the text names none.
        package var currency: String?
        /// The word before it: `total`.
        package var label: String?

        package init(hundredths: Int, currency: String?, label: String? = nil) {
            self.hundredths = hundredths
            self.currency = currency
            self.label = label
        }
    }

    package struct Entity: Codable, Sendable, Equatable {
        package var kind: String
        package var text: String

        package init(kind: String, text: String) {
            self.kind = kind
            self.text = text
        }
    }

    /// One finished or failed step of the document's flow.
    package struct Step: Codable, Sendable, Equatable {
        package var name: String
        package var seconds: Double?

        package init(name: String, seconds: Double?) {
            self.name = name
            self.seconds = seconds
        }
    }

    package struct Failure: Codable, Sendable, Equatable {
        package var step: String?
        package var code: String
        package var message: String

        package init(step: String?, code: String, message: String) {
            self.step = step
            self.code = code
            self.message = message
        }
    }

    package var id: String
    package var name: String
    package var mediaType: String
    package var bytes: Int
    package var outcome: Outcome
    package var failures: [Failure]
    package var received: Date
    package var finished: Date?
    package var pages = Pages()
    /// Mean confidence of recognition over the pages, in 0...1.
    package var recognitionConfidence: Double?
    /// Best first.
    package var types: [Scored] = []
    package var language: Scored?
    /// What the document comes to: the total that it names.
    package var principal: Amount?
    package var amounts: [Amount] = []
    /// The date the document bears.
    package var date: CivilDate?
    /// Calendar dates found in the text, in reading order.
    package var dates: [CivilDate] = []
    package var entities: [Entity] = []
    package var steps: [Step] = []
    package var excerpt: String?
    /// Whether the store offers a picture of the first page.
    package var hasPicture = false

    package init(
        id: String, name: String, mediaType: String, bytes: Int, outcome: Outcome, failures: [Failure] = [],
        received: Date, finished: Date? = nil
    ) {
        self.id = id
        self.name = name
        self.mediaType = mediaType
        self.bytes = bytes
        self.outcome = outcome
        self.failures = failures
        self.received = received
        self.finished = finished
    }
}
