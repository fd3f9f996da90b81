package import ServiceAPI

/// A request of the Open Inference Protocol as it was read, not yet compared with a model.
package struct InferenceRequest {
    package struct Output {
        package var name: String
        package var isBinary: Bool
    }

    package var id: String?
    package var inputs: [Tensor] = []
    /// Nil asks for all.
    package var outputs: [Output]?
    /// Whether outputs that are not listed are answered in binary form.
    package var binaryByDefault = false
}
