/// Everything that is wrong with a configuration, found in one reading.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    /// One wrong key: which, from where, what it was, what is allowed.
    package struct Problem: Sendable, Equatable {
        package let key: String
        package let source: String
        /// `nil` for a secret or when there is no value to show.
        package let value: String?
        package let allowed: String

        package var description: String {
            let given = value.map { " is \"\($0.prefix(200))\"" } ?? ""
            return "\(key)\(given) (\(source)): \(allowed)"
        }
    }

    /// `EX_CONFIG` of sysexits.h.
    package static let exitCode: Int32 = 78

    package let problems: [Problem]

    package var description: String {
        "the configuration is not valid\n" + problems.map { "  " + $0.description }.joined(separator: "\n")
    }
}
