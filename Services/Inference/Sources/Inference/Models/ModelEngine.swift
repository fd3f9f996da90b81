/// What executes a version's requests: a backend's instances, or other models.
protocol ModelEngine: Sendable {
    /// As the metadata calls it.
    var platform: String { get }
    /// Requests that wait for an instance.
    var pendingCount: Int { get }
    var signature: ModelSignature { get }
    /// What the engine says that the version takes; nil where it says nothing.
    var memoryBytes: Int? { get }

    /// Throws `modelUnavailable` when requests would fail now.
    func checkReadiness() throws(InferenceError)

    /// Executes one request.
    ///
    /// - Parameters:
    ///   - inputs: As `ModelSignature.arrange` returns them.
    ///   - outputs: Indexes into the model's outputs, ascending.
    ///   - request: Says how long it may take.
    func run(_ inputs: [InputTensor], outputs: [Int], _ request: ModelRequest) async throws -> InferenceAnswer

    /// Whether a small request would run at once, on the caller's thread, if it came now.
    var runsAtOnce: Bool { get }

    /// Executes one request on this thread if that takes microseconds.
    ///
    /// - Returns: nil when it does not; then nothing was done.
    func runAtOnce(
        _ inputs: [InputTensor], outputs: [Int], _ request: ModelRequest
    ) -> Result<InferenceAnswer, InferenceError>?

    /// Frees what it holds after what executes has ended; later requests fail.
    func close() async
}

extension ModelEngine {
    var runsAtOnce: Bool { false }

    func runAtOnce(
        _ inputs: [InputTensor], outputs: [Int], _ request: ModelRequest
    ) -> Result<InferenceAnswer, InferenceError>? { nil }
}
