import BackendABI
import Logging
import Synchronization

/// The functions that the host offers to plugins.
enum HostTable {
    // Written once before any plugin sees it, never freed: the ABI promises plugins a table valid until the process ends.
    nonisolated(unsafe) static let pointer: UnsafePointer<quinion_host> = {
        let table = UnsafeMutablePointer<quinion_host>.allocate(capacity: 1)
        table.initialize(
            to: quinion_host(
                struct_size: MemoryLayout<quinion_host>.size,
                abi_major: abiMajor,
                abi_minor: abiMinor,
                error_create: { code, message in
                    BackendError(code: code.rawValue, message: text(message) ?? "no message").handOut()
                },
                error_release: { error in
                    if let error { _ = BackendError.take(error) }
                },
                log: { scope, level, message in
                    guard let message = text(message) else { return }
                    let target = scope.map { BackendScope.borrow($0).logger } ?? logger.withLock { $0 }
                    target?.log(level: logLevel(level), "\(message)")
                },
                counter_add: { scope, name, amount in
                    guard let scope, let name = text(name) else { return }
                    BackendScope.borrow(scope).add(amount, to: name)
                },
                gauge_set: { scope, name, value in
                    guard let scope, let name = text(name) else { return }
                    BackendScope.borrow(scope).set(name, to: value)
                },
                output_allocate: { execution, output, datatype, rank, shape, buffer in
                    guard let execution, let buffer, shape != nil || rank == 0 else {
                        return BackendError(
                            code: QUINION_INTERNAL.rawValue, message: "output_allocate was called with NULL"
                        ).handOut()
                    }
                    let dimensions = UnsafeBufferPointer(start: shape, count: Int(rank)).map { Int($0) }
                    do throws(InferenceError) {
                        buffer.pointee.data = try Execution.borrow(execution).allocate(
                            output: Int(output), datatype: datatype, shape: dimensions,
                            byteSize: buffer.pointee.byte_size)
                        buffer.pointee.memory = quinion_memory(kind: QUINION_MEMORY_CPU, device: 0)
                        return nil
                    } catch {
                        return BackendError(code: QUINION_INTERNAL.rawValue, message: error.message).handOut()
                    }
                },
                execution_phase: { execution, phase in
                    guard let execution else { return }
                    Execution.borrow(execution).begin(phase)
                },
                execution_cancelled: { execution in
                    guard let execution else { return 0 }
                    return Execution.borrow(execution).cancellation.isCancelled ? 1 : 0
                }
            ))
        return UnsafePointer(table)
    }()

    static let abiMajor = UInt32(QUINION_BACKEND_ABI_MAJOR)
    static let abiMinor = UInt32(QUINION_BACKEND_ABI_MINOR)

    /// Where messages go that belong to no model: one per process, set by whoever opens backends.
    static let logger = Mutex<Logger?>(nil)

    private static func logLevel(_ level: quinion_log_level) -> Logger.Level {
        switch level {
        case QUINION_LOG_DEBUG: .debug
        case QUINION_LOG_INFO: .info
        case QUINION_LOG_WARNING: .warning
        default: .error
        }
    }
}

/// A C string of a plugin, with invalid UTF-8 repaired.
func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    pointer.map { String(cString: $0) }
}
