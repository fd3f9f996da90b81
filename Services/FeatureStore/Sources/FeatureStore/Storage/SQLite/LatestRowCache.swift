import GRDB
import Synchronization

/// Latest rows that were read or written lately, in a bounded part of memory.
///
/// It never answers a row that is older than the store's, nor rows of two states of the store. A writer takes a row out
/// before its transaction ends (``change``) and puts the new one in after that (``committed``), so between the two it is
/// read from the store. A reader that finds only some rows here reads the others of a snapshot, and then asks whether
/// those it found still hold (``stillHold``): nobody has begun to change them, so the snapshot has them as well. What a
/// reader read is put in (``add``) only where nobody has changed it since, or is about to.
///
/// This asks that all writers are in this process, which owns the store's file.
package final class LatestRowCache: Sendable {
    /// Rows found, in the order of the reads and their keys.
    struct Lookup {
        fileprivate(set) var rows: [StoredRows] = []
        /// Which read and which of its keys, in order; these are missing in `rows`' places until they are read.
        fileprivate(set) var missing: [(read: Int, key: Int)] = []
        fileprivate var moment: UInt64 = 0
        fileprivate var settled: UInt64 = 0
    }

    fileprivate struct State {
        // What was used lately, and what was used before that: when the first has grown to half of what there may be, it
        // takes the place of the second. What is found in the second goes to the first.
        var young = RowBlock()
        var old = RowBlock()
        /// How many changes there were.
        var moment: UInt64 = 0
        /// The last change that is not under way any more; one writer at a time changes rows.
        var settled: UInt64 = 0
        /// The last change of any row of a slot.
        var changes = [UInt64](repeating: 0, count: LatestRowCache.slots)
        /// What the transaction that is under way wrote, as far as it is kept.
        var written: [(key: RowBlock.Key, row: LatestRow)] = []
        /// Whether that is all that it wrote.
        var isKept = true
    }

    private static let slots = 1 << 12
    /// A transaction with more rows than these is bulk, whose rows nobody is known to want.
    private static let mostWritten = 2000

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: bytes; 0 keeps nothing.
    package init(limit: Int) { self.limit = limit }

    /// Bytes of memory that are in use.
    package var size: Int { limit == 0 ? 0 : state.withLock { $0.young.size + $0.old.size } }

    // MARK: - Reading

    /// - Returns: nil where nothing is kept.
    func find(_ reads: [LatestRead]) -> Lookup? {
        guard limit > 0 else { return nil }
        let keys = reads.map { read in read.keys.map { RowBlock.Key(read.view, $0) } }
        var lookup = Lookup()
        lookup.rows = reads.map { StoredRows(reserving: $0.keys.count) }
        state.withLock { state in
            lookup.moment = state.moment
            lookup.settled = state.settled
            for (read, keys) in keys.enumerated() {
                for (index, key) in keys.enumerated() {
                    if !state.append(key, to: &lookup.rows[read]) {
                        lookup.rows[read].appendMissing()
                        lookup.missing.append((read, index))
                    }
                }
            }
            rotate(&state)
        }
        return lookup
    }

    /// All rows, where the missing ones are `found`.
    func rows(_ lookup: Lookup, with found: StoredRows) -> [StoredRows] {
        var rows = lookup.rows
        for (index, place) in lookup.missing.enumerated() { rows[place.read].fill(place.key, from: found, index) }
        return rows
    }

    /// Whether what was found is also what a snapshot has that was taken since.
    func stillHold(_ lookup: Lookup, _ reads: [LatestRead]) -> Bool {
        state.withLock { state in
            guard state.moment != lookup.moment else { return true }
            var missing = lookup.missing[...]
            for (read, wanted) in reads.enumerated() {
                for (index, key) in wanted.keys.enumerated() {
                    if let first = missing.first, first == (read, index) {
                        missing.removeFirst()
                    } else if state.changes[Self.slot(RowBlock.Key(wanted.view, key))] > lookup.moment {
                        return false
                    }
                }
            }
            return true
        }
    }

    /// Keeps what was read of the store after the lookup.
    /// - Parameter rows: those that were missing, in order.
    func add(_ rows: StoredRows, missingOf lookup: Lookup, _ reads: [LatestRead]) {
        state.withLock { state in
            rows.bytes.withUnsafeBytes { bytes in
                for (place, entry) in zip(lookup.missing, rows.entries) {
                    let key = RowBlock.Key(reads[place.read].view, reads[place.read].keys[place.key])
                    guard state.changes[Self.slot(key)] <= lookup.settled else { continue }
                    state.young.set(
                        key, entry.order, cells: UnsafeRawBufferPointer(rebasing: bytes[entry.cells]),
                        times: UnsafeRawBufferPointer(rebasing: bytes[entry.times]))
                }
            }
            rotate(&state)
        }
    }

    // MARK: - Writing, inside the transaction

    /// A row is about to change.
    /// - Parameter row: what it becomes; nil where it goes.
    func change(_ view: Int64, _ key: EntityKey, to row: LatestRow?) {
        guard limit > 0 else { return }
        let key = RowBlock.Key(view, key)
        state.withLock { state in
            state.moment += 1
            state.changes[Self.slot(key)] = state.moment
            state.young.remove(key)
            state.old.remove(key)
            // A row that goes is read again when it is wanted.
            guard let row else { return state.written.removeAll { $0.key == key } }
            state.isKept = state.isKept && state.written.count < Self.mostWritten
            if state.isKept { state.written.append((key, row)) }
        }
    }

    /// The transaction is durable.
    private func committed() {
        guard limit > 0 else { return }
        state.withLock { state in
            state.settled = state.moment
            for (key, row) in state.written where state.isKept {
                row.cells.bytes.withUnsafeBytes { cells in
                    row.times.withUnsafeBytes { state.young.set(key, row.order, cells: cells, times: $0) }
                }
            }
            state.written.removeAll(keepingCapacity: true)
            state.isKept = true
            rotate(&state)
        }
    }

    /// The transaction never was.
    private func rolledBack() {
        state.withLock { state in
            state.settled = state.moment
            state.written.removeAll(keepingCapacity: true)
            state.isKept = true
        }
    }

    /// To be told when a transaction ends that changes rows.
    func follow(_ db: Database) {
        db.afterNextTransaction { _ in
            self.committed()
        } onRollback: { _ in
            self.rolledBack()
        }
    }

    // MARK: -

    private func rotate(_ state: inout State) {
        guard state.young.size > limit / 2 else { return }
        state.old = state.young
        state.young = RowBlock()
    }

    private static func slot(_ key: RowBlock.Key) -> Int { key.hash & (slots - 1) }
}

extension LatestRowCache.State {
    /// - Returns: whether there is a row.
    fileprivate mutating func append(_ key: RowBlock.Key, to rows: inout StoredRows) -> Bool {
        if let entry = young.entry(key) {
            young.bytes.withUnsafeBytes { entry.append($0, to: &rows) }
            return true
        }
        guard let entry = old.entry(key) else { return false }
        old.bytes.withUnsafeBytes { bytes in
            entry.append(bytes, to: &rows)
            young.set(
                key, entry.isPresent ? entry.order : nil, cells: UnsafeRawBufferPointer(rebasing: bytes[entry.cells]),
                times: UnsafeRawBufferPointer(rebasing: bytes[entry.times]))
        }
        return true
    }
}

extension RowBlock.Entry {
    @inline(__always)
    fileprivate func append(_ bytes: UnsafeRawBufferPointer, to rows: inout StoredRows) {
        guard isPresent else { return rows.appendMissing() }
        rows.append(
            order: order, cells: UnsafeRawBufferPointer(rebasing: bytes[cells]),
            times: UnsafeRawBufferPointer(rebasing: bytes[times]))
    }
}
