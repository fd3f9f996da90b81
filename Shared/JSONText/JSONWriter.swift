package import NIOCore

/// Writes JSON into bytes.
///
/// The caller is responsible for the grammar; commas between elements are its own.
@usableFromInline
package struct JSONWriter {
    package private(set) var buffer = ByteBuffer()

    package init(reservingCapacity capacity: Int = 256) {
        buffer.reserveCapacity(capacity)
    }

    /// How many bytes are written.
    package var count: Int { buffer.readableBytes }

    /// Begins anew in the same memory.
    package mutating func removeAll() { buffer.clear() }

    /// Punctuation, keys and literals.
    @usableFromInline
    package mutating func raw(_ text: StaticString) {
        buffer.writeStaticString(text)
    }

    /// What is JSON already.
    package mutating func raw(_ bytes: some Sequence<UInt8>) {
        buffer.writeBytes(bytes)
    }

    /// What another writer wrote.
    package mutating func append(_ other: JSONWriter) {
        buffer.writeImmutableBuffer(other.buffer)
    }

    /// A literal again and again, with commas between.
    package mutating func raw(_ text: StaticString, repeated count: Int) {
        guard count > 0 else { return }
        let step = text.utf8CodeUnitCount + 1
        withRoom(step * count) { room in
            let start = room.position
            room.raw(text)
            room.byte(UInt8(ascii: ","))
            // Each copy doubles what there is.
            while room.position - start < step * count {
                let done = room.position - start
                room.copy(UnsafeRawBufferPointer(start: start, count: min(done, step * count - done)))
            }
            room.position -= 1
        }
    }

    package mutating func bool(_ value: Bool) {
        if value { raw("true") } else { raw("false") }
    }

    // MARK: Strings

    package mutating func string(_ text: some StringProtocol) {
        let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable { string(utf8: UnsafeRawBufferPointer($0)) }
        guard isWritten == nil else { return }
        var copy = String(text)
        copy.withUTF8 { string(utf8: UnsafeRawBufferPointer($0)) }
    }

    /// A string that is there as UTF-8.
    package mutating func string(utf8 text: UnsafeRawBufferPointer) {
        raw("\"")
        // Most texts have nothing to escape and pass as they are.
        var rest = text[...]
        while let index = rest.firstIndex(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") })
        {
            buffer.writeBytes(UnsafeRawBufferPointer(rebasing: rest[..<index]))
            escape(rest[index])
            rest = rest[(index + 1)...]
        }
        buffer.writeBytes(UnsafeRawBufferPointer(rebasing: rest))
        raw("\"")
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x0A:
            raw("\\n")
        case 0..<0x20:
            raw("\\u00")
            buffer.writeInteger(Self.hexadecimal(byte >> 4))
            buffer.writeInteger(Self.hexadecimal(byte & 0xF))
        default:
            raw("\\")
            buffer.writeInteger(byte)
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }

    // MARK: Numbers

    @inlinable @inline(__always)
    package mutating func integer(_ value: some FixedWidthInteger) {
        withRoom(NumberText.integerWidth) { $0.integer(value) }
    }

    /// The shortest spelling that reads back as the same value; it must be finite.
    package mutating func float(_ value: Double) {
        withRoom(NumberText.floatWidth) { $0.float(value) }
    }

    // MARK: Arrays

    /// `[a,b,c]`.
    package mutating func array<Element>(
        _ elements: some Sequence<Element>, _ write: (inout JSONWriter, Element) -> Void
    ) {
        raw("[")
        var isFirst = true
        for element in elements {
            if !isFirst { raw(",") }
            isFirst = false
            write(&self, element)
        }
        raw("]")
    }

    /// Numbers as an array; each must be finite.
    package mutating func numbers(_ values: UnsafeBufferPointer<Float>) {
        array(count: values.count, width: NumberText.floatWidth) { $0.float(values[$1]) }
    }

    package mutating func numbers(_ values: UnsafeBufferPointer<Double>) {
        array(count: values.count, width: NumberText.floatWidth) { $0.float(values[$1]) }
    }

    @inlinable
    package mutating func numbers(_ values: UnsafeBufferPointer<some FixedWidthInteger>) {
        array(count: values.count, width: NumberText.integerWidth) { $0.integer(values[$1]) }
    }

    /// An array of `count` elements that take no more than `width` bytes each.
    @inlinable @inline(__always)
    package mutating func array(count: Int, width: Int, _ write: (inout JSONRoom, Int) -> Void) {
        raw("[")
        var start = 0
        while start < count {
            // Room is made for many at once, and the buffer asked only then.
            let end = min(start + 256, count)
            withRoom((end - start) * (width + 1)) { room in
                for index in start..<end {
                    if index > 0 { room.byte(UInt8(ascii: ",")) }
                    write(&room, index)
                }
            }
            start = end
        }
        raw("]")
    }

    /// Room for so many bytes, to be written without a check for each.
    @usableFromInline
    package mutating func withRoom(_ bytes: Int, _ write: (inout JSONRoom) -> Void) {
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: bytes) { target in
            // Not nil, because there is room for some.
            let start = target.baseAddress!.assumingMemoryBound(to: UInt8.self)
            var room = JSONRoom(start)
            write(&room)
            return room.position - start
        }
    }
}
