import Telemetry

/// A request to a model, however it came: from a client, as a step of an ensemble, or to compare versions.
struct ModelRequest: Sendable {
    /// In any order; not yet compared with the model.
    var inputs: [InputTensor]
    /// Nil asks for all.
    var outputs: [String]?
    /// 1 is the highest; 0 asks for the model's default.
    var priority = 0
    /// Microseconds that it may wait; 0 sets none.
    var timeout = 0
    /// When nobody waits for the answer any more.
    var answerBy: ContinuousClock.Instant?
    /// When it is answered in any case, with an error if nothing else.
    var endBy: ContinuousClock.Instant?
}

extension ModelRequest {
    /// A client's request to a model.
    init(_ request: InferenceRequest, to signature: ModelSignature, endBy: ContinuousClock.Instant?)
        throws(InferenceError)
    {
        inputs =
            if let body = request.rawInput { [try signature.rawInput(body)] } else {
                request.inputs.map(InputTensor.init)
            }
        outputs = request.outputs?.isEmpty == false ? request.outputs?.map(\.name) : nil
        priority = request.priority
        timeout = request.timeout
        let deadline = RequestScope.current?.deadline
        answerBy = [deadline, endBy].compactMap { $0 }.min()
        self.endBy = endBy
    }
}
