/// The right to work on a job for a limited time; another process may take over what was not renewed.
package struct Lease: Hashable, Sendable {
    package var owner: String
    package var until: Timestamp

    package init(owner: String, until: Timestamp) {
        self.owner = owner
        self.until = until
    }

    /// The last microsecond still belongs to the holder.
    package func isHeld(at now: Timestamp) -> Bool { now <= until }

    package func isHeld(by owner: String, at now: Timestamp) -> Bool { self.owner == owner && isHeld(at: now) }
}
