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
    /// 1 is the highest; 0 asks for the model's default.
    package var priority = 0
    /// Microseconds that the request may wait; 0 sets none.
    package var timeout = 0
}
