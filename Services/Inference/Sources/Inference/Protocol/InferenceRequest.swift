package import NIOCore
package import ServiceAPI

/// A request of the Open Inference Protocol as it was read, not yet compared with a model.
package struct InferenceRequest {
    package struct Output {
        package var name: String
        package var isBinary: Bool
        /// How many classes to answer instead of the tensor; nil asks for the tensor.
        package var classes: Int?
    }

    package var id: String?
    package var inputs: [Tensor] = []
    /// The whole of the only input's bytes, when the request is nothing else.
    package var rawInput: ByteBuffer?
    /// Nil asks for all.
    package var outputs: [Output]?
    /// Whether outputs that are not listed are answered in binary form.
    package var binaryByDefault = false
    /// 1 is the highest; 0 asks for the model's default.
    package var priority = 0
    /// Microseconds that the request may wait; 0 sets none.
    package var timeout = 0
}
