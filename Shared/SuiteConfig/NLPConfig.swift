/// Configuration of the language processing service.
package struct NLPConfig: HTTPServiceConfig {
    package static let service = "nlp"

    /// How an ambiguous date (03/04/2021) is read.
    package enum DateOrder: String, Sendable, CaseIterable {
        case dayFirst = "day_first"
        case monthFirst = "month_first"
    }

    package var http: HTTPConfig
    package var log: LogConfig
    package var inferenceURL: String
    /// The embedding model's entry in the model repository; without it texts are analysed, but not embedded or typed.
    package var modelFolder: String?
    /// The model's name at the inference service; the folder's name by default.
    package var modelName: String?
    package var inferenceTimeout: Duration
    package var maxBatchTokens: Int
    package var maxBatchSize: Int
    package var maxConcurrentBatches: Int
    package var maxWaitingBatches: Int
    package var maxConcurrentRequests: Int
    package var maxClientBatchSize: Int
    package var autoTruncate: Bool
    package var plainSpecialTokens: Bool
    package var maxCharacters: Int
    package var concurrentAnalyses: Int
    package var waitingAnalyses: Int
    package var dateOrder: DateOrder
    /// ISO 4217 code that a bare `$` stands for.
    package var dollar: String
    package var documentLabels: [DocumentLabel]
    package var typeTemperature: Double

    package init(_ settings: Settings) {
        self.http = HTTPConfig(settings.scoped("http"), port: 8083)
        self.log = LogConfig(settings.scoped("log"))
        let services = settings.scoped("services")
        self.inferenceURL = services.url(
            "inference", default: "http://127.0.0.1:8084", help: "Where inference answers.")

        let model = settings.scoped("model")
        self.modelFolder = model.optionalString(
            "path",
            help: "Folder of the embedding model's entry in the model repository (tokenizer.json, pooling.json).")
        self.modelName = model.optionalString(
            "name", help: "The model's name at the inference service; the folder's name by default.")

        let embed = settings.scoped("embed")
        self.inferenceTimeout = embed.duration(
            "inference_timeout", default: .seconds(30), in: .milliseconds(10)...(.seconds(600)),
            help: "How long one batch may take at the inference service.")
        self.maxBatchTokens = embed.int(
            "max_batch_tokens", default: 2048, in: 8...1_048_576,
            help: "Tokens of a batch sent to inference, padding included.")
        self.maxBatchSize = embed.int("max_batch_size", default: 32, in: 1...1024, help: "Texts of such a batch.")
        self.maxConcurrentBatches = embed.int(
            "max_concurrent_batches", default: 2, in: 1...256, help: "Batches at the inference service at once.")
        self.maxWaitingBatches = embed.int(
            "max_waiting_batches", default: 512, in: 0...100_000,
            help: "Batches that wait for that; beyond it requests get 429.")
        self.maxConcurrentRequests = embed.int(
            "max_concurrent_requests", default: 512, in: 1...10_000,
            help: "Requests to /embed and /tokenize at once; beyond it 429.")
        self.maxClientBatchSize = embed.int(
            "max_client_batch_size", default: 32, in: 1...4096, help: "Texts of one request to /embed.")
        self.autoTruncate = embed.bool(
            "auto_truncate", default: true, help: "Cut texts longer than the model takes, unless a request says.")
        self.plainSpecialTokens = embed.bool(
            "plain_special_tokens", default: false,
            help: "Read [SEP] and the like in a text as text, not as the model's own tokens.")

        let analyze = settings.scoped("analyze")
        self.maxCharacters = analyze.int(
            "max_characters", default: 1_000_000, in: 1...50_000_000,
            help: "Longest text analysed, in Unicode code points.")
        self.concurrentAnalyses = analyze.int("running", default: 8, in: 1...1024, help: "Analyses at once.")
        self.waitingAnalyses = analyze.int(
            "waiting", default: 128, in: 0...100_000, help: "Analyses that wait for that; beyond it 429.")
        self.dateOrder = analyze.choice(
            "date_order", default: .dayFirst, help: "How a date like 03/04/2021 is read.")
        self.dollar = analyze.string(
            "dollar", default: "USD", help: "ISO 4217 code that a $ without country stands for.")
        self.typeTemperature = analyze.double(
            "type_temperature", default: 0.02, in: 0.001...10,
            help: "Softmax temperature of the document type's scores: smaller is surer.")
        self.documentLabels = analyze.json(
            "types", default: DocumentLabel.defaults,
            allowed: "an array of {\"label\", \"descriptions\"}, 2 to 64 labels of 1 to 32 descriptions",
            help: "Document types, each described in several ways; the text's nearest description decides.",
            check: Self.isValid)
    }

    private static func isValid(_ labels: [DocumentLabel]) -> Bool {
        (2...64).contains(labels.count) && Set(labels.map(\.label)).count == labels.count
            && labels.allSatisfy { label in
                !label.label.isEmpty && (1...32).contains(label.descriptions.count)
                    && label.descriptions.allSatisfy { (1...1000).contains($0.utf8.count) }
            }
    }
}
