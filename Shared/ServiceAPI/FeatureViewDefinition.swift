/// A group of features of the same entities that are written together.
package struct FeatureViewDefinition: Codable, Sendable, Equatable {
    /// A named, typed column.
    package struct Feature: Codable, Hashable, Sendable {
        package var name: String
        package var type: FeatureType
        package var description: String
        package var tags: [String: String]
        package var expect: Expectation?

        package enum CodingKeys: String, CodingKey, CaseIterable { case name, type, description, tags, expect }

        package init(
            _ name: String, _ type: FeatureType, _ description: String = "", tags: [String: String] = [:],
            expect: Expectation? = nil
        ) {
            self.expect = expect
            self.name = name
            self.type = type
            self.description = description
            self.tags = tags
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.strictContainer(CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            type = try container.decode(FeatureType.self, forKey: .type)
            description = try container.decode(.description, default: "")
            tags = try container.decode(.tags, default: [:])
            expect = try container.decodeIfPresent(Expectation.self, forKey: .expect)
        }
    }

    /// Where rows are materialized from: a file, or a table or query of PostgreSQL.
    package struct Source: Codable, Sendable, Equatable {
        package enum Format: String, Codable, Sendable, CaseIterable { case csv, jsonl, postgres }

        package var format: Format
        /// Of a file, below the service's `features.sources` folder.
        package var path: String?
        /// Of PostgreSQL: `trips` or `public.trips`.
        package var table: String?
        /// Of PostgreSQL: one `SELECT`.
        package var query: String?
        /// A column of PostgreSQL's that grows with each row, such as a `bigserial`: what was read before is not read again.
        package var orderField: String?
        /// How far below the greatest number seen rows may still appear, because their transaction took longer.
        package var overlap: Int64
        package var timestampField: String
        package var createdTimestampField: String?

        package enum CodingKeys: String, CodingKey, CaseIterable {
            case format, path, table, query, overlap
            case orderField = "order_field"
            case timestampField = "timestamp_field"
            case createdTimestampField = "created_timestamp_field"
        }

        package init(
            format: Format, path: String? = nil, table: String? = nil, query: String? = nil, orderField: String? = nil,
            overlap: Int64 = 1000, timestampField: String = "event_timestamp", createdTimestampField: String? = nil
        ) {
            self.format = format
            self.path = path
            self.table = table
            self.query = query
            self.orderField = orderField
            self.overlap = overlap
            self.timestampField = timestampField
            self.createdTimestampField = createdTimestampField
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.strictContainer(CodingKeys.self)
            format = try container.decode(Format.self, forKey: .format)
            path = try container.decodeIfPresent(String.self, forKey: .path)
            table = try container.decodeIfPresent(String.self, forKey: .table)
            query = try container.decodeIfPresent(String.self, forKey: .query)
            orderField = try container.decodeIfPresent(String.self, forKey: .orderField)
            overlap = try container.decode(.overlap, default: 1000)
            timestampField = try container.decode(.timestampField, default: "event_timestamp")
            createdTimestampField = try container.decodeIfPresent(String.self, forKey: .createdTimestampField)
        }
    }

    /// What a reader gets of a value that is older than the view's time to live.
    package enum Expired: String, Codable, Sendable, CaseIterable {
        /// Null, with the status `OUTSIDE_MAX_AGE`.
        case null
        /// The value, with the status `OUTSIDE_MAX_AGE`, as Feast's Go and Java servers do.
        case value
    }

    /// What becomes of a write that is not as expected.
    package enum OnViolation: String, Codable, Sendable, CaseIterable {
        /// It is written, counted and seen in the metrics.
        case warn
        /// Its rows are kept aside until somebody releases or discards them.
        case quarantine
        /// All of it is refused.
        case reject
    }

    package var name: String
    package var entities: [String]
    package var features: [Feature]
    /// How long a value holds; for ever when absent.
    package var ttl: Lifetime?
    package var source: Source?
    package var expired: Expired
    /// Whether NaN and the infinities may be written; they are read as null.
    package var allowNaN: Bool
    package var onViolation: OnViolation
    package var description: String
    package var tags: [String: String]
    package var owner: String

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, entities, features, ttl, source, expired, description, tags, owner
        case allowNaN = "allow_nan"
        case onViolation = "on_violation"
    }

    package init(
        name: String, entities: [String], features: [Feature], ttl: Lifetime? = nil, source: Source? = nil,
        expired: Expired = .null, allowNaN: Bool = false, onViolation: OnViolation = .warn, description: String = "",
        tags: [String: String] = [:],
        owner: String = ""
    ) {
        self.name = name
        self.entities = entities
        self.features = features
        self.ttl = ttl
        self.source = source
        self.expired = expired
        self.allowNaN = allowNaN
        self.onViolation = onViolation
        self.description = description
        self.tags = tags
        self.owner = owner
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        entities = try container.decode([String].self, forKey: .entities)
        features = try container.decode([Feature].self, forKey: .features)
        ttl = try container.decodeIfPresent(Lifetime.self, forKey: .ttl)
        source = try container.decodeIfPresent(Source.self, forKey: .source)
        expired = try container.decode(.expired, default: .null)
        allowNaN = try container.decode(.allowNaN, default: false)
        onViolation = try container.decode(.onViolation, default: .warn)
        description = try container.decode(.description, default: "")
        tags = try container.decode(.tags, default: [:])
        owner = try container.decode(.owner, default: "")
    }
}

/// How long a value holds after its event time: `90s`, `30m`, `2h`, `7d`, or a number of seconds.
package struct Lifetime: Codable, Hashable, Sendable, CustomStringConvertible {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package init?(_ text: String) {
        let units: [(suffix: String, microseconds: Int64)] = [
            ("us", 1), ("ms", 1000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000), ("d", 86_400_000_000),
        ]
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let number = Int64(text.dropLast(unit.suffix.count)) else { continue }
            let (product, overflow) = number.multipliedReportingOverflow(by: unit.microseconds)
            guard number >= 0, !overflow else { return nil }
            microseconds = product
            return
        }
        return nil
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            guard let lifetime = Lifetime(text) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "a time to live is such as 90s, 30m, 2h or 7d")
            }
            self = lifetime
        } else {
            let seconds = try container.decode(Int64.self)
            let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
            guard seconds >= 0, !overflow else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "a time to live is not negative")
            }
            microseconds = product
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package var description: String {
        microseconds % 1_000_000 == 0 ? "\(microseconds / 1_000_000)s" : "\(microseconds)us"
    }
}
