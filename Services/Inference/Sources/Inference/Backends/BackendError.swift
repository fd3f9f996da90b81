import BackendABI

/// What `quinion_error` points to: made by the host for a plugin, handed back by returning it.
final class BackendError: Sendable {
    let code: UInt32
    let message: String

    init(code: UInt32, message: String) {
        self.code = code
        self.message = message
    }

    /// Gives the plugin an owned pointer.
    func handOut() -> OpaquePointer {
        OpaquePointer(Unmanaged.passRetained(self).toOpaque())
    }

    /// Takes an owned pointer back.
    static func take(_ pointer: OpaquePointer) -> BackendError {
        Unmanaged<BackendError>.fromOpaque(UnsafeRawPointer(pointer)).takeRetainedValue()
    }

    /// Throws what a call of a plugin returned, if anything.
    ///
    /// - Parameter context: What was being done, put before the message.
    static func check(_ result: OpaquePointer?, _ context: String) throws(InferenceError) {
        guard let result else { return }
        let error = take(result)
        let code: InferenceError.Code =
            switch error.code {
            case QUINION_INVALID_ARGUMENT.rawValue: .invalidRequest
            case QUINION_UNSUPPORTED.rawValue: .unsupported
            case QUINION_UNAVAILABLE.rawValue: .modelUnavailable
            case QUINION_CANCELLED.rawValue: .cancelled
            default: .engineFailed
            }
        throw InferenceError(code, "\(context): \(error.message)")
    }
}
