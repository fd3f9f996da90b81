extension ModelExecutor {
    func apply(_ decision: SchedulingDecision, _ state: inout State, _ effects: inout [Effect]) {
        switch decision {
        case .start(let instance, let ids):
            let members = ids.compactMap { id -> ExecutionBatch.Member? in
                state.parts[id]?.instance = instance
                return state.parts[id]?.member
            }
            let batch = ExecutionBatch(members: members)
            state.flights[instance] = Flight(cancellation: batch.cancellation, awaited: members.count)
            switch state.runners[instance] {
            case .parked(let continuation):
                state.runners[instance] = .busy
                effects.append(.run(continuation, batch))
            default:
                state.runners[instance] = .assigned(batch)
            }
        case .reject(let id, let rejection):
            state.settle(part: id, .failure(error(for: rejection)), &effects)
        case .expire(let id), .abandon(let id):
            guard let part = state.parts[id] else { return }
            let isLate = state.requests[part.request]?.answerBy.map { $0 <= .now } ?? false
            let error =
                isLate
                ? InferenceError(.deadlineExceeded, "model '\(model)': the time for an answer is over")
                : InferenceError(.expired, "model '\(model)': request timeout expired")
            state.settle(part: id, .failure(error), &effects)
        }
    }

    private func error(for rejection: Rejection) -> InferenceError {
        let seconds = (rejection.retryAfter + 999_999_999) / 1_000_000_000
        switch rejection.reason {
        case .queueFull:
            var error = InferenceError(.overloaded, "model '\(model)': exceeds maximum queue size")
            error.retryAfter = .seconds(min(max(seconds, 1), 60))
            return error
        case .late:
            var error = InferenceError(
                .overloaded, "model '\(model)': the request would miss its deadline behind what already waits")
            error.retryAfter = .seconds(min(max(seconds, 1), 60))
            return error
        case .tooLarge:
            return InferenceError(.invalidRequest, "model '\(model)': the batch is larger than the whole queue")
        }
    }

    func perform(_ effect: Effect) {
        switch effect {
        case .run(let continuation, let batch):
            continuation.resume(returning: batch)
        case .drained(let continuation):
            continuation.resume()
        case .answer(let request, let result):
            request.continuation.resume(
                with: result.map {
                    InferenceAnswer(
                        outputs: BatchLayout.join(request.results.compactMap { $0 }), timings: request.timings)
                })
        }
    }
}
