/// The one order that decides between rows of an entity: event time, then created time, then sequence.
package struct RowOrder: Hashable, Comparable, Sendable {
    /// When the values were true.
    package var event: Timestamp
    /// When the store learnt them.
    package var created: Timestamp
    /// The order of ingestion.
    package var sequence: Int64

    package init(event: Timestamp, created: Timestamp, sequence: Int64) {
        self.event = event
        self.created = created
        self.sequence = sequence
    }

    package static func < (left: RowOrder, right: RowOrder) -> Bool {
        (left.event, left.created, left.sequence) < (right.event, right.created, right.sequence)
    }
}
