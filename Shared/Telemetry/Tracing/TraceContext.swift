/// A position in a distributed trace, as the `traceparent` header carries it (W3C Trace Context, level 1).
package struct TraceContext: Sendable, Equatable {
    /// 128 bits, not all zero; the same for everything one outside request causes.
    package let traceID: TraceID

    /// 64 bits, not zero; the caller when received, this hop when sent.
    package let spanID: UInt64

    /// Bit 0: the caller may have recorded the trace.
    package let flags: UInt8

    package init(traceID: TraceID, spanID: UInt64, flags: UInt8) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
    }

    /// The start of a new trace.
    package static func start() -> TraceContext {
        TraceContext(
            traceID: TraceID(high: Identifiers.next(), low: Identifiers.next()), spanID: Identifiers.next(), flags: 0)
    }

    /// The same trace, one hop on.
    package func child() -> TraceContext {
        TraceContext(traceID: traceID, spanID: Identifiers.next(), flags: flags)
    }

    /// Reads a `traceparent` header; `nil` if it is malformed, so that a new trace starts, as the standard asks.
    package init?(traceparent: String) {
        var traceparent = traceparent
        guard let parsed = traceparent.withUTF8(Self.parse) else { return nil }
        self = parsed
    }

    /// The header's value, `00-<trace>-<span>-<flags>`.
    package var traceparent: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(55)
        bytes.append(contentsOf: "00-".utf8)
        bytes.appendHex(traceID.high)
        bytes.appendHex(traceID.low)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendHex(spanID)
        bytes.append(contentsOf: "-0".utf8)
        bytes.append(UInt8(48 + (flags & 1)))
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> TraceContext? {
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = hex(bytes[0..<2]), version != 0xff,
            // Only a version newer than ours may be longer, and then what follows is set off by a dash.
            bytes.count == 55 || (version > 0 && bytes[55] == dash),
            let high = hex(bytes[3..<19]), let low = hex(bytes[19..<35]), let span = hex(bytes[36..<52]),
            let flags = hex(bytes[53..<55]), high | low != 0, span != 0
        else { return nil }
        return TraceContext(traceID: TraceID(high: high, low: low), spanID: span, flags: UInt8(flags))
    }

    /// Lower-case hexadecimal only, as the standard demands.
    private static func hex(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case 48...57: value = value << 4 | UInt64(digit - 48)
            case 97...102: value = value << 4 | UInt64(digit - 87)
            default: return nil
            }
        }
        return value
    }
}

/// The 128 bits that name a trace.
package struct TraceID: Sendable, Hashable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        bytes.appendHex(high)
        bytes.appendHex(low)
        return String(decoding: bytes, as: UTF8.self)
    }
}
