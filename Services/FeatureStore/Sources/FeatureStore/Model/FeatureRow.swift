package import ServiceAPI

/// One row of a feature view's history.
package struct FeatureRow: Equatable, Sendable {
    package var view: String
    package var viewVersion: Int
    package var entity: EntityKey
    /// When the values were true.
    package var eventTime: Timestamp
    /// When the store learnt them.
    package var createdTime: Timestamp
    /// The order of ingestion; decides where both times are equal.
    package var sequence: Int64
    /// What wrote the row, for lineage.
    package var source: String
    package var values: [String: FeatureValue.Scalar]

    package init(
        view: String, viewVersion: Int, entity: EntityKey, eventTime: Timestamp, createdTime: Timestamp,
        sequence: Int64 = 0, source: String, values: [String: FeatureValue.Scalar]
    ) {
        self.view = view
        self.viewVersion = viewVersion
        self.entity = entity
        self.eventTime = eventTime
        self.createdTime = createdTime
        self.sequence = sequence
        self.source = source
        self.values = values
    }
}
