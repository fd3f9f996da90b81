import FoundationEssentials
import Glibc

/// A new empty folder that only this user may enter, removed with everything in it afterwards.
/// - Parameter parent: Where to make it; by default `TMPDIR`, else `/tmp`.
package func withWorkFolder<Value>(
    in parent: String? = nil,
    _ body: (_ path: String) async throws -> Value
) async throws -> Value {
    let parent = parent ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/quinion-work-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!) != nil }
    guard made else {
        throw SandboxError(code: .cannotStart, message: "cannot make a work folder in \(parent): \(errorText())")
    }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}
