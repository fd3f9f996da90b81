/// Something without which a service cannot do its work, and how to find out.
package struct HealthDependency: Sendable {
    /// Names the dependency in `GET /health/ready`, `sqlite` or `inference`.
    package let name: String

    /// How long a check may take before it counts as failed.
    package let timeout: Duration

    let check: @Sendable () async throws -> Void

    /// - Parameter check: Throws when the dependency does not work; the error's description is shown to callers.
    package init(name: String, timeout: Duration = .seconds(2), check: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.timeout = timeout
        self.check = check
    }
}
