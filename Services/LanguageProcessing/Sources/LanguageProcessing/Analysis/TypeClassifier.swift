package import ServiceAPI
package import SuiteConfig

/// Guesses a document's type without training: the label whose descriptions are nearest to the text in meaning.
package actor TypeClassifier {
    private let labels: [DocumentLabel]
    private let temperature: Double
    private let embedder: TextEmbedder
    /// One vector for each description, label by label; computed once, by the first request that needs them.
    private var vectors: Task<[[[Float]]], any Error>?

    package init(labels: [DocumentLabel], temperature: Double, embedder: TextEmbedder) {
        self.labels = labels
        self.temperature = temperature
        self.embedder = embedder
    }

    /// The type of a text with every label's score.
    package func classify(_ text: String) async throws -> DocumentType {
        let labelVectors = try await labelVectors()
        guard let vector = try await embedder.embed([text]).first else {
            throw LanguageProcessingError(.inferenceFailed, "inference answered no vector")
        }
        let similarities = labelVectors.map { descriptions in
            Double(descriptions.map { $0.dot(vector) }.max() ?? -1)
        }
        return Self.type(labels.map(\.label), similarities, temperature: temperature)
    }

    /// Softmax of the similarities divided by the temperature.
    static func type(_ labels: [String], _ similarities: [Double], temperature: Double) -> DocumentType {
        let greatest = similarities.max() ?? 0
        let weights = similarities.map { Exponential.of(($0 - greatest) / temperature) }
        let sum = weights.reduce(0, +)
        let scores = zip(labels, weights).map { DocumentType.Score(label: $0, score: $1 / sum) }
            .sorted { ($0.score, $1.label) > ($1.score, $0.label) }
        return DocumentType(label: scores[0].label, score: scores[0].score, scores: scores)
    }

    private func labelVectors() async throws -> [[[Float]]] {
        if let vectors { return try await vectors.value }
        // Not a child of the request that happens to come first: others wait for it too.
        let task = Task { [labels, embedder] in
            let flat = try await embedder.embed(labels.flatMap(\.descriptions))
            var next = 0
            return labels.map { label in
                defer { next += label.descriptions.count }
                return Array(flat[next..<next + label.descriptions.count])
            }
        }
        vectors = task
        do {
            return try await task.value
        } catch {
            vectors = nil
            throw error
        }
    }
}
