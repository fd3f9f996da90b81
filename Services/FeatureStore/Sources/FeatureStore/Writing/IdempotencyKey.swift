import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// A caller's name for a request that may be sent again: what was answered to it is kept with what it wrote.
package struct IdempotencyKey: Sendable, Equatable {
    /// How long an answer is kept.
    static let retention = Duration.seconds(24 * 3600)
    /// Most bytes of a name.
    private static let most = 255

    package var name: String
    /// SHA-256 of what was asked for, so that a name is not used for two things.
    package var digest: [UInt8]

    package init(name: String, digest: [UInt8]) {
        self.name = name
        self.digest = digest
    }

    /// The key that a request gives, if any.
    /// - Throws: `invalid_field`.
    init?(_ request: Request, _ body: ByteBuffer) throws {
        guard let name = request.headers[.idempotencyKey] else { return nil }
        guard (1...Self.most).contains(name.utf8.count), name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw FeatureStoreError(
                .invalidField, "Idempotency-Key has 1 to \(Self.most) visible ASCII characters",
                field: "Idempotency-Key")
        }
        var hash = SHA256()
        hash.update(data: Array(request.uri.path.utf8) + [0])
        hash.update(data: body.readableBytesView)
        self.init(name: name, digest: Array(hash.finalize()))
    }

    /// Whether what is stored under the name is this request.
    /// - Throws: `idempotency_key_reused` where it is another one.
    func check(stored: [UInt8]) throws {
        guard stored == digest else {
            throw FeatureStoreError(
                .idempotencyKeyReused, "Idempotency-Key \(name) was given to another request before",
                field: "Idempotency-Key")
        }
    }
}

extension HTTPField.Name {
    // Valid tokens of RFC 9110.
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    /// Says that the answer is that of an earlier request.
    static let idempotencyReplayed = HTTPField.Name("Idempotency-Replayed")!
}

extension WriteOutcome {
    /// What an answer's head says of it.
    var headers: HTTPFields { isRepeated ? [.idempotencyReplayed: "true"] : [:] }
}
