import Crypto
import Synchronization

/// Answers of one loaded version by what was asked: the least recently used go when their bytes are too many.
///
/// It belongs to the version and ends with it, so an answer is never that of another version.
final class ResponseCache: Sendable {
    /// A digest of a request's tensors: clients choose those, so two that are not the same must not be found to share one.
    struct Key: Hashable, Sendable {
        private let digest: SHA256Digest

        /// - Parameters:
        ///   - inputs: In the model's order, each checked.
        ///   - outputs: Indexes into the model's outputs.
        init(_ inputs: [InputTensor], outputs: [Int]) {
            var hash = SHA256()
            func add(_ number: Int) {
                withUnsafeBytes(of: UInt64(number).littleEndian) { hash.update(bufferPointer: $0) }
            }
            // Every part is preceded by its size, so no two requests are the same bytes.
            for input in inputs {
                add(input.shape.count)
                input.shape.forEach(add)
                add(input.bytes.count)
                input.bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
            }
            add(outputs.count)
            outputs.forEach(add)
            digest = hash.finalize()
        }
    }

    fileprivate struct Entry {
        var outputs: [OutputTensor]
        var bytes: Int
        /// Neighbours in the order of use.
        var newer: Key?
        var older: Key?
    }

    fileprivate struct State {
        var entries: [Key: Entry] = [:]
        var newest: Key?
        var oldest: Key?
        var bytes = 0
    }

    /// What an entry takes beside its tensors' bytes, about.
    private static let overhead = 512

    private let byteLimit: Int
    private let state = Mutex(State())

    init(byteLimit: Int) {
        self.byteLimit = byteLimit
    }

    func find(_ key: Key) -> [OutputTensor]? {
        state.withLock { state -> [OutputTensor]? in
            guard let entry = state.entries[key] else { return nil }
            state.unlink(key)
            state.link(key)
            return entry.outputs
        }
    }

    func insert(_ outputs: [OutputTensor], for key: Key) {
        let bytes = outputs.reduce(Self.overhead) { $0 + $1.bytes.count }
        guard bytes <= byteLimit else { return }
        // A slice would keep the whole batch's outputs alive, which nobody counts.
        let own = outputs.map { $0.detached() }
        state.withLock { state in
            // Another request may have asked the same meanwhile.
            guard state.entries[key] == nil else { return }
            state.entries[key] = Entry(outputs: own, bytes: bytes)
            state.link(key)
            state.bytes += bytes
            while state.bytes > byteLimit, let oldest = state.oldest { state.remove(oldest) }
        }
    }
}

extension ResponseCache.State {
    fileprivate mutating func link(_ key: ResponseCache.Key) {
        entries[key]?.older = newest
        entries[key]?.newer = nil
        if let newest { entries[newest]?.newer = key }
        newest = key
        if oldest == nil { oldest = key }
    }

    fileprivate mutating func unlink(_ key: ResponseCache.Key) {
        guard let entry = entries[key] else { return }
        if let newer = entry.newer { entries[newer]?.older = entry.older } else { newest = entry.older }
        if let older = entry.older { entries[older]?.newer = entry.newer } else { oldest = entry.newer }
    }

    fileprivate mutating func remove(_ key: ResponseCache.Key) {
        unlink(key)
        bytes -= entries.removeValue(forKey: key)?.bytes ?? 0
    }
}
