/// How token vectors become one vector of a text, as sentence-transformers' `modules.json` describes it.
///
/// Written to `<model>/pooling.json` for whoever embeds texts with the model.
package struct PoolingSettings: Codable, Hashable, Sendable {
    package enum Mode: String, Codable, CaseIterable, Sendable {
        /// The mean over the tokens whose mask is 1.
        case mean
        /// The sum over the tokens whose mask is 1, divided by the square root of their number.
        case meanSqrtLength = "mean_sqrt_len"
        /// The mean, each token weighted by its position from 1.
        case weightedMean = "weighted_mean"
        /// The greatest value of each component over the tokens whose mask is 1.
        case max
        /// The first token.
        case cls
        /// The last token whose mask is 1.
        case lastToken = "last_token"
    }

    package var mode: Mode
    /// Whether the vector is divided by its Euclidean length afterwards.
    package var normalize: Bool
    /// Length of the vector.
    package var dimension: Int
    /// Tokens after this many, special ones included, are cut off.
    package var maxSequenceLength: Int
    /// Whether the text is lower-cased before it is tokenized, besides what `tokenizer.json` does.
    package var lowercase: Bool

    package init(mode: Mode, normalize: Bool, dimension: Int, maxSequenceLength: Int, lowercase: Bool) {
        self.mode = mode
        self.normalize = normalize
        self.dimension = dimension
        self.maxSequenceLength = maxSequenceLength
        self.lowercase = lowercase
    }

    enum CodingKeys: String, CodingKey {
        case mode, normalize, dimension, lowercase
        case maxSequenceLength = "max_sequence_length"
    }
}
