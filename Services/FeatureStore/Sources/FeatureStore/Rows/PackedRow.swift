/// The cells of a row as bytes.
///
/// Each is a head (high half: ordinal less the one before, less one, 15 for more; low half:
/// kind) and its value, ordered by ordinal. A column that was not written has no cell; null has one.
package struct PackedRow: Hashable, Sendable {
    enum Kind: UInt8 {
        case null, no, yes
        /// Zigzag varint.
        case int
        /// Eight and four bytes.
        case double, float
        /// UTF-8 with its length before it.
        case text
        case bytes
        /// Four bytes an element: an embedding.
        case floats
        /// Elements, each a kind and its value.
        case list
    }

    package private(set) var bytes: [UInt8] = []
    private var last = -1

    package init() {}

    init(reservingCapacity capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Packs cells given in ascending order of their ordinals.
    package init(_ cells: some Sequence<(ordinal: Int, value: Value)>) {
        for cell in cells { append(cell.value, at: cell.ordinal) }
    }

    package mutating func append(_ value: Value, at ordinal: Int) {
        append(head: Self.kind(of: value), at: ordinal)
        append(payload: value)
    }

    /// Takes a cell over from another row as it is.
    mutating func append(_ cell: Cell, of source: UnsafeRawBufferPointer) {
        append(head: cell.kind, at: cell.ordinal)
        bytes.append(contentsOf: source[cell.payload])
    }

    private mutating func append(head kind: Kind, at ordinal: Int) {
        precondition(ordinal > last, "cells are packed in ascending order")
        let step = ordinal - last - 1
        bytes.append(UInt8(min(step, 15)) << 4 | kind.rawValue)
        if step >= 15 { bytes.append(varint: UInt64(step - 15)) }
        last = ordinal
    }

    private mutating func append(payload value: Value) {
        switch value {
        case .null, .bool: break
        case .int(let number): bytes.append(zigzag: number)
        case .double(let number): bytes.append(littleEndian: number.bitPattern)
        case .float(let number): bytes.append(littleEndian: number.bitPattern)
        case .text(let text):
            bytes.append(varint: UInt64(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        case .bytes(let data):
            bytes.append(varint: UInt64(data.count))
            bytes.append(contentsOf: data)
        case .list(let elements):
            // Behind a length, so that a reader passes over it without looking in.
            var inner = PackedRow()
            if Self.kind(of: value) == .floats {
                inner.bytes.reserveCapacity(elements.count * 4)
                for case .float(let number) in elements { inner.bytes.append(littleEndian: number.bitPattern) }
            } else {
                for element in elements {
                    inner.bytes.append(Self.kind(of: element).rawValue)
                    inner.append(payload: element)
                }
            }
            bytes.append(varint: UInt64(inner.bytes.count))
            bytes.append(contentsOf: inner.bytes)
        }
    }

    private static func kind(of value: Value) -> Kind {
        switch value {
        case .null: .null
        case .bool(let flag): flag ? .yes : .no
        case .int: .int
        case .double: .double
        case .float: .float
        case .text: .text
        case .bytes: .bytes
        case .list(let elements):
            !elements.isEmpty && elements.allSatisfy { if case .float = $0 { true } else { false } } ? .floats : .list
        }
    }
}

extension PackedRow {
    package static func == (left: PackedRow, right: PackedRow) -> Bool { left.bytes == right.bytes }
    package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

/// A cell of a packed row: where it is and what.
struct Cell {
    var ordinal: Int
    var kind: PackedRow.Kind
    /// With the length of what has one.
    var payload: Range<Int>

    /// Calls `body` with each cell in `range`, in ascending order, until it answers false.
    @inline(__always)
    static func forEach(
        _ bytes: UnsafeRawBufferPointer, in range: Range<Int>, _ body: (Cell) -> Bool
    ) {
        var reader = PackedReader(bytes, in: range)
        var ordinal = -1
        while !reader.isAtEnd {
            let head = reader.byte()
            ordinal += Int(head >> 4) + 1
            if head >> 4 == 15 { ordinal += Int(clamping: reader.varint() & 0xFFFF) }
            guard let kind = PackedRow.Kind(rawValue: head & 15) else { return }
            let start = reader.position
            reader.skip(kind)
            guard body(Cell(ordinal: ordinal, kind: kind, payload: start..<reader.position)) else { return }
        }
    }

    func value(_ bytes: UnsafeRawBufferPointer) -> Value {
        var reader = PackedReader(bytes, in: payload)
        return Self.value(kind, &reader)
    }

    private static func value(_ kind: PackedRow.Kind, _ reader: inout PackedReader) -> Value {
        switch kind {
        case .null: return .null
        case .no: return .bool(false)
        case .yes: return .bool(true)
        case .int: return .int(reader.zigzag())
        case .double: return .double(Double(bitPattern: reader.littleEndian(UInt64.self)))
        case .float: return .float(Float(bitPattern: reader.littleEndian(UInt32.self)))
        case .text: return .text(String(decoding: reader.bytes[reader.counted()], as: UTF8.self))
        case .bytes: return .bytes([UInt8](reader.bytes[reader.counted()]))
        case .floats:
            var inner = PackedReader(reader.bytes, in: reader.counted())
            var values: [Value] = []
            while !inner.isAtEnd { values.append(.float(Float(bitPattern: inner.littleEndian(UInt32.self)))) }
            return .list(values)
        case .list:
            var inner = PackedReader(reader.bytes, in: reader.counted())
            var values: [Value] = []
            while !inner.isAtEnd, let kind = PackedRow.Kind(rawValue: inner.byte()) {
                values.append(value(kind, &inner))
            }
            return .list(values)
        }
    }
}

extension PackedReader {
    /// Passes over a value.
    @inline(__always)
    mutating func skip(_ kind: PackedRow.Kind) {
        switch kind {
        case .null, .no, .yes: break
        case .int: _ = varint()
        case .double: skip(8)
        case .float: skip(4)
        case .text, .bytes, .floats, .list: _ = counted()
        }
    }
}

extension PackedRow {
    /// The columns that have a cell, ascending.
    var ordinals: [Int] {
        var ordinals: [Int] = []
        bytes.withUnsafeBytes { bytes in
            Cell.forEach(bytes, in: 0..<bytes.count) { cell in
                ordinals.append(cell.ordinal)
                return true
            }
        }
        return ordinals
    }

    /// Whether there are cells in all of these columns, which are ascending.
    func holdsAll(_ ordinals: [Int]) -> Bool { bytes.withUnsafeBytes { BackwardSearch.holdsAll(ordinals, $0) } }

    /// The cells by ordinal.
    package var cells: [Int: Value] {
        var cells: [Int: Value] = [:]
        bytes.withUnsafeBytes { bytes in
            Cell.forEach(bytes, in: 0..<bytes.count) { cell in
                cells[cell.ordinal] = cell.value(bytes)
                return true
            }
        }
        return cells
    }

    init(stored bytes: [UInt8]) { self.bytes = bytes }
}
