/// One message between a pool and a worker: length (four bytes, little-endian, of what follows), kind, payload.
package struct WorkerFrame: Equatable {
    package enum Kind: UInt8 {
        /// The worker has started and awaits requests.
        case ready = 1
        case request
        /// One part of a response.
        case part
        /// The response is complete.
        case end
        /// The response ends with a failure.
        case failure
    }

    package var kind: Kind
    package var payload: [UInt8]

    package static let headerLength = 5

    package init(_ kind: Kind, _ payload: [UInt8] = []) {
        self.kind = kind
        self.payload = payload
    }

    /// The frame's header; the payload follows as it is.
    package var header: [UInt8] {
        let length = UInt32(payload.count + 1)
        return (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + [kind.rawValue]
    }

    /// The length of the frame that begins with these bytes, header included; nil before four bytes are there.
    package static func length(of bytes: some Collection<UInt8>) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return 4 + bytes.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Takes a whole frame off the front of `bytes`.
    /// - Returns: nil when it is not there yet.
    package static func take(from bytes: inout [UInt8], limit: Int) throws(SandboxError) -> WorkerFrame? {
        guard let length = length(of: bytes) else { return nil }
        guard length >= headerLength, length <= limit else {
            throw SandboxError(
                code: .malformedResponse,
                message: "sent a frame of \(length) bytes where \(limit) are allowed"
            )
        }
        guard bytes.count >= length else { return nil }
        guard let kind = Kind(rawValue: bytes[4]) else {
            throw SandboxError(code: .malformedResponse, message: "sent a frame of unknown kind \(bytes[4])")
        }
        let frame = WorkerFrame(kind, Array(bytes[headerLength..<length]))
        bytes.removeFirst(length)
        return frame
    }
}

/// A failure that the worker itself reports about a request, and survives: an encrypted document, say.
package struct WorkerFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// For programs: `encrypted`, `malformed` and the like.
    package var code: String
    /// For people.
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    var payload: [UInt8] { Array(code.utf8) + [0] + Array(message.utf8) }

    init(payload: [UInt8]) {
        let parts = payload.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        code = String(decoding: parts[0], as: UTF8.self)
        message = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""
    }
}
