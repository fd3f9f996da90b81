import BackendABI
import ServiceAPI
import Synchronization

/// Says, from any thread, that nobody waits for a result any more.
final class Cancellation: Sendable {
    private let flag = Atomic(false)

    var isCancelled: Bool { flag.load(ordering: .relaxed) }

    func cancel() {
        flag.store(true, ordering: .relaxed)
    }
}

/// A tensor that a backend has written, in memory of the host.
final class OutputTensor: @unchecked Sendable {
    // `bytes` is written by who made the object, a plugin until its `execute` returns, and never after it is handed on.
    let name: String
    let datatype: TensorDatatype
    let shape: [Int]
    let bytes: UnsafeMutableRawBufferPointer
    /// In whose memory `bytes` lie; nil when they are its own.
    private let owner: OutputTensor?

    init(name: String, datatype: TensorDatatype, shape: [Int], byteCount: Int) {
        self.name = name
        self.datatype = datatype
        self.shape = shape
        self.bytes = .allocate(byteCount: byteCount, alignment: 64)
        self.owner = nil
    }

    /// A part of another, without a copy.
    init(_ range: Range<Int>, of owner: OutputTensor, shape: [Int], name: String? = nil) {
        self.name = name ?? owner.name
        self.datatype = owner.datatype
        self.shape = shape
        self.bytes = UnsafeMutableRawBufferPointer(rebasing: owner.bytes[range])
        self.owner = owner
    }

    /// The same tensor in memory of its own.
    func detached() -> OutputTensor {
        guard owner != nil else { return self }
        let copy = OutputTensor(name: name, datatype: datatype, shape: shape, byteCount: bytes.count)
        copy.bytes.copyMemory(from: UnsafeRawBufferPointer(bytes))
        return copy
    }

    deinit {
        if owner == nil { bytes.deallocate() }
    }
}

/// The times between a plugin's work on inputs, the engine's own, and that on outputs; nil where it did not say.
struct PhaseMarks: Sendable {
    var compute: ContinuousClock.Instant?
    var output: ContinuousClock.Instant?
}

/// What `quinion_execution` points to: collects the outputs of one call of a plugin's `execute`.
final class Execution {
    let cancellation: Cancellation
    /// Bytes that all outputs together may take.
    let byteLimit: Int
    private let outputs: [TensorDescription]
    private let requested: [Int]
    private let marks = Mutex(PhaseMarks())
    // The ABI lets a plugin allocate from several threads of its own.
    private let allocated: Mutex<Allocations>

    private struct Allocations {
        /// By index.
        var tensors: [Int: OutputTensor] = [:]
        /// Bytes that all outputs together may still take.
        var budget: Int
    }

    init(outputs: [TensorDescription], requested: [Int], byteLimit: Int, cancellation: Cancellation) {
        self.outputs = outputs
        self.requested = requested
        self.byteLimit = byteLimit
        self.allocated = Mutex(Allocations(budget: byteLimit))
        self.cancellation = cancellation
    }

    /// The pointer for a plugin, valid while the receiver is.
    var handle: OpaquePointer {
        OpaquePointer(Unmanaged.passUnretained(self).toOpaque())
    }

    static func borrow(_ handle: OpaquePointer) -> Execution {
        Unmanaged<Execution>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
    }

    func allocate(
        output index: Int, datatype: quinion_datatype, shape: [Int], byteSize: UInt64
    ) throws(InferenceError) -> UnsafeMutableRawPointer? {
        guard requested.contains(index) else {
            throw InferenceError(.engineFailed, "the backend allocates output \(index), which was not requested")
        }
        let expected = outputs[index]
        guard TensorDatatype(datatype) == expected.datatype else {
            throw InferenceError(
                .engineFailed,
                "output '\(expected.name)' has datatype \(datatype.rawValue), the model declares \(expected.datatype.rawValue)"
            )
        }
        guard expected.matches(shape), let count = Tensor.elementCount(of: shape) else {
            throw InferenceError(
                .engineFailed, "output '\(expected.name)' has shape \(shape), the model declares \(expected.shape)")
        }
        guard let byteCount = Int(exactly: byteSize), byteCount <= Int.max / 2 else {
            throw InferenceError(.engineFailed, "output '\(expected.name)' asks for \(byteSize) bytes")
        }
        if let width = expected.datatype.width {
            guard case (let needed, false) = count.multipliedReportingOverflow(by: width), needed == byteCount else {
                throw InferenceError(
                    .engineFailed, "output '\(expected.name)' of shape \(shape) asks for \(byteCount) bytes")
            }
        }
        return try allocated.withLock { (allocated) throws(InferenceError) -> UnsafeMutableRawPointer? in
            guard allocated.tensors[index] == nil else {
                throw InferenceError(.engineFailed, "output '\(expected.name)' is allocated twice")
            }
            guard byteCount <= allocated.budget else {
                throw InferenceError(
                    .engineFailed,
                    "output '\(expected.name)' needs \(byteCount) bytes, \(allocated.budget) are allowed")
            }
            allocated.budget -= byteCount
            let tensor = OutputTensor(
                name: expected.name, datatype: expected.datatype, shape: shape, byteCount: byteCount)
            allocated.tensors[index] = tensor
            return tensor.bytes.baseAddress
        }
    }

    /// Notes that a part of the execution begins; what a plugin says twice or out of order is not heard.
    func begin(_ phase: quinion_phase, at now: ContinuousClock.Instant = .now) {
        marks.withLock { marks in
            switch phase {
            case QUINION_PHASE_COMPUTE where marks.compute == nil && marks.output == nil: marks.compute = now
            case QUINION_PHASE_OUTPUT where marks.output == nil: marks.output = now
            default: break
            }
        }
    }

    /// When the plugin said that its engine started and ended.
    var phases: PhaseMarks { marks.withLock { $0 } }

    /// The outputs in the order they were requested, each present and well-formed.
    func finish() throws(InferenceError) -> [OutputTensor] {
        let tensors = allocated.withLock { $0.tensors }
        var results: [OutputTensor] = []
        for index in requested {
            guard let tensor = tensors[index] else {
                throw InferenceError(.engineFailed, "the backend did not produce output '\(outputs[index].name)'")
            }
            if tensor.datatype == .bytes,
                let fault = ByteElements(UnsafeRawBufferPointer(tensor.bytes)).fault(in: tensor.shape)
            {
                throw InferenceError(.engineFailed, "output '\(tensor.name)' is malformed: \(fault)")
            }
            results.append(tensor)
        }
        return results
    }
}
