package import ServiceAPI

/// One version of a feature view, as rows of it are written and read.
package struct ViewVersion: Sendable, Equatable {
    /// A column's place in stored rows.
    ///
    /// It is never given to another column, so that rows written before a change are
    /// read as they were meant.
    package struct Column: Codable, Hashable, Sendable {
        package var ordinal: Int
        package var name: String
        package var type: FeatureType
        /// Declared once, no longer now.
        package var isRemoved: Bool

        package enum CodingKeys: String, CodingKey {
            case ordinal, name, type
            case isRemoved = "removed"
        }
    }

    /// Names the version's rows.
    package let id: Int64
    package let version: Int
    package let definition: FeatureViewDefinition
    /// Sorted by name: the order of an entity key's parts.
    package let joinKeys: [EntityDefinition.JoinKey]
    /// All that ever were, by ordinal.
    package let columns: [Column]
    /// Of the present columns, ascending.
    let presentOrdinals: [Int]
    private let ordinals: [String: Int]

    package init(
        id: Int64, version: Int, definition: FeatureViewDefinition, joinKeys: [EntityDefinition.JoinKey],
        columns: [Column]
    ) {
        self.id = id
        self.version = version
        self.definition = definition
        self.joinKeys = joinKeys
        self.columns = columns
        presentOrdinals = columns.lazy.filter { !$0.isRemoved }.map(\.ordinal).sorted()
        ordinals = Dictionary(
            columns.lazy.filter { !$0.isRemoved }.map { ($0.name, $0.ordinal) }, uniquingKeysWith: { $1 })
    }

    /// A version without a past: its columns are those that it declares.
    package init(
        id: Int64, version: Int, definition: FeatureViewDefinition, joinKeys: [EntityDefinition.JoinKey]
    ) {
        self.init(
            id: id, version: version, definition: definition, joinKeys: joinKeys,
            columns: definition.features.enumerated().map {
                Column(ordinal: $0, name: $1.name, type: $1.type, isRemoved: false)
            })
    }

    package var name: String { definition.name }

    /// The present column of that name.
    package subscript(_ name: String) -> Column? { ordinals[name].map { columns[$0] } }

    /// The present columns in the order of their declaration.
    package var presentColumns: [Column] { definition.features.compactMap { self[$0.name] } }

    package var registered: RegisteredView {
        RegisteredView(version: version, joinKeys: joinKeys, definition: definition)
    }
}
