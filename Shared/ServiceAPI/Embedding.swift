/// Body of text-embeddings-inference's `POST /embed`.
package struct EmbedRequest: Codable, Sendable, Equatable {
    package var inputs: [String]
    package var normalize: Bool?
    package var truncate: Bool?

    package init(inputs: [String], normalize: Bool? = nil, truncate: Bool? = nil) {
        self.inputs = inputs
        self.normalize = normalize
        self.truncate = truncate
    }
}
