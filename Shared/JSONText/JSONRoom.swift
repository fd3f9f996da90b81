/// Memory that a ``JSONWriter`` gives out, for loops that write many small things.
///
/// Nothing is checked: who asked for the room knows how much is written at most, ``NumberText`` included, which touches its
/// whole width.
@usableFromInline
package struct JSONRoom {
    @usableFromInline var position: UnsafeMutablePointer<UInt8>

    @inlinable
    init(_ position: UnsafeMutablePointer<UInt8>) { self.position = position }

    @inlinable @inline(__always)
    package mutating func byte(_ byte: UInt8) {
        position.pointee = byte
        position += 1
    }

    /// Punctuation, keys and literals.
    @inlinable @inline(__always)
    package mutating func raw(_ text: StaticString) {
        position.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
        position += text.utf8CodeUnitCount
    }

    @inlinable @inline(__always)
    package mutating func copy(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        UnsafeMutableRawPointer(position).copyMemory(from: start, byteCount: bytes.count)
        position += bytes.count
    }

    /// - Parameter write: writes to the position that it is given, and answers how many bytes.
    @inlinable @inline(__always)
    package mutating func fill(_ write: (UnsafeMutablePointer<UInt8>) -> Int) { position += write(position) }

    @inlinable @inline(__always)
    package mutating func integer(_ value: some FixedWidthInteger) {
        position += NumberText.write(value, to: position)
    }

    /// The shortest spelling that reads back as the same value; it must be finite.
    @inlinable @inline(__always)
    package mutating func float(_ value: Float) { position += NumberText.write(value, to: position) }

    @inlinable @inline(__always)
    package mutating func float(_ value: Double) { position += NumberText.write(value, to: position) }
}
