/// Where the checkout lies that the tests run from.
package enum Repository {
    /// Absolute path of the repository's root, from this file's own place in it.
    package static let root: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)  // Shared/ServiceTesting/Repository.swift
        return parts.joined(separator: "/")
    }()

    /// Absolute path of a test target's fixture.
    package static func fixture(_ target: String, _ name: String) -> String {
        "\(root)/Tests/\(target)/Fixtures/\(name)"
    }
}
