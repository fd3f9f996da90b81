/// The type of a feature's values or of a join key.
package struct FeatureType: Hashable, Sendable, CustomStringConvertible {
    /// The type of one value, or of a list's elements.
    package enum Element: String, CaseIterable, Sendable {
        case int32, int64, float32, float64, string, bool
        /// Base64 in JSON.
        case bytes
        /// A point in time; RFC 3339 on our routes, whole seconds on Feast's.
        case timestamp
        /// A calendar day, `YYYY-MM-DD`.
        case date
        /// Any JSON, kept as the text that came.
        case json
    }

    package var element: Element
    package var isList: Bool

    package init(_ element: Element, isList: Bool = false) {
        self.element = element
        self.isList = isList
    }

    package static let int32 = FeatureType(.int32)
    package static let int64 = FeatureType(.int64)
    package static let float32 = FeatureType(.float32)
    package static let float64 = FeatureType(.float64)
    package static let string = FeatureType(.string)
    package static let bool = FeatureType(.bool)
    package static let bytes = FeatureType(.bytes)
    package static let timestamp = FeatureType(.timestamp)
    package static let date = FeatureType(.date)
    package static let json = FeatureType(.json)

    package static func list(_ element: Element) -> FeatureType { FeatureType(element, isList: true) }

    /// `int64`, `list<float32>`.
    package init?(_ text: String) {
        if text.hasPrefix("list<"), text.hasSuffix(">") {
            guard let element = Element(rawValue: String(text.dropFirst(5).dropLast())) else { return nil }
            self.init(element, isList: true)
        } else {
            guard let element = Element(rawValue: text) else { return nil }
            self.init(element)
        }
    }

    package var description: String { isList ? "list<\(element.rawValue)>" : element.rawValue }
}

extension FeatureType: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let type = FeatureType(text) else {
            let names = Element.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "'\(text.prefix(60))' is none of \(names), or list<…> of one of them"))
        }
        self = type
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
