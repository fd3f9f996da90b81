/// The body of `GET /health/ready`.
package struct ReadinessReport: Codable, Sendable, Equatable {
    package struct Dependency: Codable, Sendable, Equatable {
        /// `ok` or `failed`.
        package var status: String
        /// Why it failed.
        package var error: String?
        /// How long the check took.
        package var milliseconds: Int
    }

    /// `ready`, `not_ready`, or `draining` while the service shuts down.
    package var status: String
    package var dependencies: [String: Dependency]

    package var isReady: Bool { status == "ready" }
}
