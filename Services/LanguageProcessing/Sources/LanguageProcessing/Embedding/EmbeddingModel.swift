import Synchronization

/// The embedding model's files, read when first needed and again after a failure.
package final class EmbeddingModel: Sendable {
    private enum State {
        case unread
        case ready(ModelDirectory)
        case failed(LanguageProcessingError, at: ContinuousClock.Instant)
    }

    /// A missing model may be imported while the service runs; how long a failure is believed.
    private static let retryInterval: Duration = .seconds(2)

    private let path: String?
    private let state = Mutex(State.unread)

    /// - Parameter path: the model's folder; nil when none is configured.
    package init(path: String?) { self.path = path }

    /// - Throws: `LanguageProcessingError` saying which key or file is missing.
    func directory() throws -> ModelDirectory {
        guard let path else {
            throw LanguageProcessingError(.modelFile, "no embedding model is configured; set model.path")
        }
        return try state.withLock { state in
            switch state {
            case .ready(let directory):
                return directory
            case .failed(let error, let time) where time.duration(to: .now) < Self.retryInterval:
                throw error
            case .unread, .failed:
                do {
                    let directory = try ModelDirectory(path: path)
                    state = .ready(directory)
                    return directory
                } catch let error as LanguageProcessingError {
                    state = .failed(error, at: .now)
                    throw error
                }
            }
        }
    }
}
