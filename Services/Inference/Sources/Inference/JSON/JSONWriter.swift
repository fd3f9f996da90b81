package import NIOCore

/// Writes JSON into bytes.
///
/// The caller is responsible for the grammar; commas between elements are its own.
package struct JSONWriter {
    package private(set) var buffer = ByteBuffer()

    package init(reservingCapacity capacity: Int = 256) {
        buffer.reserveCapacity(capacity)
    }

    /// Punctuation, keys and literals.
    mutating func raw(_ text: StaticString) {
        buffer.writeStaticString(text)
    }

    mutating func bool(_ value: Bool) {
        if value { raw("true") } else { raw("false") }
    }

    mutating func string(_ text: some StringProtocol) {
        raw("\"")
        // Most texts have nothing to escape and pass as they are.
        var rest = text.utf8[...]
        while let index = rest.firstIndex(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") })
        {
            buffer.writeBytes(rest[..<index])
            escape(rest[index])
            rest = rest[rest.index(after: index)...]
        }
        buffer.writeBytes(rest)
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

    mutating func integer(_ value: some FixedWidthInteger) {
        number(NumberText.integerWidth) { NumberText.write(value, to: $0) }
    }

    /// The shortest spelling that reads back as the same value; it must be finite.
    mutating func float(_ value: Double) {
        number(NumberText.floatWidth) { NumberText.write(value, to: $0) }
    }

    private mutating func number(_ width: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: width) { target in
            // Not nil, because there is room for `width` bytes.
            write(target.baseAddress!.assumingMemoryBound(to: UInt8.self))
        }
    }

    /// `[a,b,c]`.
    mutating func array<Element>(_ elements: some Sequence<Element>, _ write: (inout JSONWriter, Element) -> Void) {
        raw("[")
        var isFirst = true
        for element in elements {
            if !isFirst { raw(",") }
            isFirst = false
            write(&self, element)
        }
        raw("]")
    }

    // MARK: Tensors

    /// Numbers as an array; each must be finite.
    package mutating func numbers(_ values: UnsafeBufferPointer<Float>) {
        numbers(values, NumberText.floatWidth) { NumberText.write($0, to: $1) }
    }

    package mutating func numbers(_ values: UnsafeBufferPointer<Double>) {
        numbers(values, NumberText.floatWidth) { NumberText.write($0, to: $1) }
    }

    package mutating func numbers(_ values: UnsafeBufferPointer<some FixedWidthInteger>) {
        numbers(values, NumberText.integerWidth) { NumberText.write($0, to: $1) }
    }

    @inline(__always)
    private mutating func numbers<Element>(
        _ values: UnsafeBufferPointer<Element>, _ width: Int,
        _ write: (Element, UnsafeMutablePointer<UInt8>) -> Int
    ) {
        raw("[")
        var index = 0
        while index < values.count {
            // Room is made for many at once, and the buffer asked only then.
            let end = min(index + 256, values.count)
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: (end - index) * (width + 1)) { target in
                let start = target.baseAddress!.assumingMemoryBound(to: UInt8.self)
                var cursor = start
                while index < end {
                    cursor += write(values[index], cursor)
                    cursor.pointee = UInt8(ascii: ",")
                    cursor += 1
                    index += 1
                }
                return cursor - start
            }
        }
        // In place of the last comma.
        if !values.isEmpty { buffer.moveWriterIndex(to: buffer.writerIndex - 1) }
        raw("]")
    }
}
