import BackendProcess

/// Processors that a thread is kept to.
package struct ProcessorShare: Sendable, Equatable {
    /// Ascending.
    package let processors: [Int]

    /// One of `count` parts of the processors that this process may use, as even as they can be.
    ///
    /// Where there are more parts than processors, parts share one.
    package init(_ index: Int, of count: Int, allowed: [Int] = ProcessorShare.allowed) {
        guard allowed.count >= count else {
            processors = allowed.isEmpty ? [] : [allowed[index % allowed.count]]
            return
        }
        processors = Array(allowed[allowed.count * index / count..<allowed.count * (index + 1) / count])
    }

    /// Those that the affinity mask and the control group leave to the process.
    package static let allowed: [Int] = {
        var set = processor_set()
        guard affinity_of_process(&set) else { return [] }
        return withUnsafeBytes(of: set) { bits in
            (0..<bits.count * 8).filter { bits[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
        }
    }()

    /// Keeps the calling thread, and those that it starts, to these processors.
    func keepThread() throws(InferenceError) {
        var set = processor_set()
        withUnsafeMutableBytes(of: &set) { bits in
            for processor in processors { bits[processor / 8] |= 1 << UInt8(processor % 8) }
        }
        guard affinity_keep_thread(&set) else {
            throw InferenceError(.modelUnavailable, "a thread cannot be kept to the processors \(processors)")
        }
    }
}
