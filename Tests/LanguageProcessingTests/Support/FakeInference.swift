import LanguageProcessing
import NIOCore
import ServiceAPI
import Synchronization

/// Stands for the inference service: a token with id k becomes the vector [k, 1, k²]; padding becomes [1000, 1000, 1000],
/// so that a mask that is ignored shows.
final class FakeInference: Sendable {
    struct Batch: Equatable {
        var texts: Int
        var width: Int
    }

    private let state = Mutex<(batches: [Batch], running: Int, most: Int)>(([], 0, 0))
    private let failure: (any Error)?

    init(failure: (any Error)? = nil) { self.failure = failure }

    var batches: [Batch] { state.withLock { $0.batches } }
    /// Most batches seen at once.
    var most: Int { state.withLock { $0.most } }

    var call: InferenceCall {
        { [self] _, request in
            state.withLock {
                $0.running += 1
                $0.most = max($0.most, $0.running)
            }
            defer { state.withLock { $0.running -= 1 } }
            await Task.yield()
            if let failure { throw failure }
            return try answer(request)
        }
    }

    private func answer(_ request: InferenceRequestMessage) throws -> InferenceResponseMessage {
        guard let ids = request.inputs.first(where: { $0.name == "input_ids" }),
            let mask = request.inputs.first(where: { $0.name == "attention_mask" })?.integers, let values = ids.integers
        else { throw APIError.invalid("inputs are missing") }
        state.withLock { $0.batches.append(Batch(texts: ids.shape[0], width: ids.shape[1])) }
        let vectors = zip(values, mask).flatMap { id, mask -> [Float] in
            mask == 1 ? [Float(id), 1, Float(id * id)] : [1000, 1000, 1000]
        }
        let output = Tensor(name: "last_hidden_state", shape: ids.shape + [3], vectors)
        return try InferenceResponseMessage(outputs: [output])
    }
}

extension InferenceResponseMessage {
    /// Through the wire form, which is the only way to make one.
    fileprivate init(outputs: [Tensor]) throws {
        let (body, length) = try InferenceRequestMessage(inputs: outputs).encoded()
        // A request and an answer differ in the names of two keys.
        var rest = body
        let json = (rest.readString(length: length) ?? "").replacing("\"inputs\"", with: "\"outputs\"")
        let header = "{\"model_name\":\"tiny\"," + json.dropFirst()
        var answer = rest
        answer.clear()
        answer.writeString(header)
        answer.writeImmutableBuffer(rest)
        try self.init(body: answer, headerLength: header.utf8.count)
    }
}
