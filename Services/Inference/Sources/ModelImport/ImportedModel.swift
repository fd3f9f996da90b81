/// The outcome of an import.
package struct ImportedModel: Sendable {
    package enum Change: String, Sendable {
        case created
        case replaced
        /// The repository already held this model, imported from the same bytes.
        case unchanged
    }

    package var change: Change
    /// The entry's folder.
    package var path: String
    package var entry: ModelEntry
    package var pooling: PoolingSettings?
    /// Tensors of the checkpoint that the model does not use, as the weights of its pre-training heads.
    package var unusedTensors: [String]
}

/// How far an import has come.
package struct ImportProgress: Hashable, Sendable {
    package enum Stage: String, Sendable {
        /// Reading the source and computing its digest.
        case checking
        /// Writing the weights.
        case writing
    }

    package var stage: Stage
    package var completedBytes: Int
    package var totalBytes: Int
}
