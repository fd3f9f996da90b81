import Foundation
import Hummingbird
import ServiceAPI

/// The query of a request, read strictly: a name that the route does not know is refused, so that a mistyped filter
/// does not silently mean everything.
struct Query {
    private let values: [(name: String, value: String)]

    init(_ request: Request, known: Set<String>, prefixes: [String] = []) throws {
        values = request.uri.queryParameters.map { name, value in
            // Hummingbird decodes values only.
            (String(name).replacing("+", with: " ").removingPercentEncoding ?? String(name), String(value))
        }
        for (name, _) in values where !known.contains(name) && !prefixes.contains(where: { name.hasPrefix($0) }) {
            throw FeatureStoreError(.invalidRequest, "the query has no parameter \(name.prefix(100))", field: name)
        }
    }

    subscript(_ name: String) -> String? { values.last { $0.name == name }?.value }

    func integer(_ name: String, default value: Int, in range: ClosedRange<Int>) throws -> Int {
        guard let text = self[name] else { return value }
        guard let number = Int(text), range.contains(number) else {
            throw FeatureStoreError(
                .invalidRequest, "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)",
                field: name)
        }
        return number
    }

    func seconds(_ name: String, upTo most: Double) throws -> Duration? {
        guard let text = self[name] else { return nil }
        guard let number = Double(text), (0...most).contains(number) else {
            throw FeatureStoreError(
                .invalidRequest, "\(name) is a number of seconds from 0 to \(Int(most))", field: name)
        }
        return .milliseconds(Int64(number * 1000))
    }

    func time(_ name: String) throws -> Timestamp? {
        guard let text = self[name] else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw FeatureStoreError(
                .invalidRequest, "\(name) is a time such as 2026-01-31T12:00:00Z (in a query, + is written %2B)",
                field: name)
        }
        return time
    }

    /// One of a closed list.
    func word<T: RawRepresentable & CaseIterable>(_ name: String, of type: T.Type) throws -> T?
    where T.RawValue == String {
        guard let text = self[name] else { return nil }
        guard let value = T(rawValue: text) else {
            let allowed = T.allCases.map(\.rawValue).joined(separator: ", ")
            throw FeatureStoreError(.invalidRequest, "\(name) is one of \(allowed)", field: name)
        }
        return value
    }

    /// Words separated by commas; the parameter may be repeated.
    func words(_ name: String) -> [String] {
        values.filter { $0.name == name }.flatMap { $0.value.split(separator: ",").map(String.init) }
    }

    /// A flag, spelled as Feast's server takes it (Pydantic's `bool`): Python's clients send `True`.
    func flag(_ name: String) throws -> Bool {
        switch self[name]?.lowercased() {
        case nil, "false", "f", "0", "no", "n", "off": return false
        case "true", "t", "1", "yes", "y", "on": return true
        default: throw FeatureStoreError(.invalidRequest, "\(name) is true or false", field: name)
        }
    }

    /// Conditions `status`, `type` and `metadata.KEY`.
    func filter() throws -> DocumentFilter {
        var filter = DocumentFilter(type: self["type"])
        filter.status = try word("status", of: DocumentRecord.Status.self)
        for (name, value) in values where name.hasPrefix("metadata.") {
            filter.metadata[String(name.dropFirst("metadata.".count))] = value
        }
        return filter
    }

    func parts(_ allowed: Set<DocumentPresenter.Part>) throws -> Set<DocumentPresenter.Part> {
        var parts: Set<DocumentPresenter.Part> = []
        for word in (self["include"] ?? "").split(separator: ",") {
            guard let part = DocumentPresenter.Part(rawValue: String(word)), allowed.contains(part) else {
                throw FeatureStoreError(
                    .invalidRequest, "include takes \(allowed.map(\.rawValue).sorted().joined(separator: ", "))",
                    field: "include")
            }
            parts.insert(part)
        }
        return parts
    }
}
