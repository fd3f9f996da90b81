/// What a feature's values are expected to be.
package struct Expectation: Codable, Hashable, Sendable {
    /// How far values may be from those of a saved dataset.
    package struct Drift: Codable, Hashable, Sendable {
        /// A saved dataset.
        package var reference: String
        /// The dataset's column; the feature's name by default.
        package var column: String?
        /// Greatest population stability index; 0.1 is usual.
        package var maxPSI: Double?
        /// Least p-value of the two-sample Kolmogorov–Smirnov test; 0.05 is usual.
        package var minKSP: Double?

        package enum CodingKeys: String, CodingKey, CaseIterable {
            case reference, column
            case maxPSI = "max_psi"
            case minKSP = "min_ks_p"
        }

        package init(reference: String, column: String? = nil, maxPSI: Double? = nil, minKSP: Double? = nil) {
            self.reference = reference
            self.column = column
            self.maxPSI = maxPSI
            self.minKSP = minKSP
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.strictContainer(CodingKeys.self)
            reference = try container.decode(String.self, forKey: .reference)
            column = try container.decodeIfPresent(String.self, forKey: .column)
            maxPSI = try container.decodeIfPresent(Double.self, forKey: .maxPSI)
            minKSP = try container.decodeIfPresent(Double.self, forKey: .minKSP)
        }
    }

    /// 0...1, of a write of many rows, and of the latest rows.
    package var maxNullShare: Double?
    package var min: Double?
    package var max: Double?
    /// The only values there are; null is not one of them and still may be written.
    package var oneOf: [FeatureValue.Scalar]?
    package var drift: Drift?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case min, max, drift
        case maxNullShare = "max_null_share"
        case oneOf = "one_of"
    }

    package init(
        maxNullShare: Double? = nil, min: Double? = nil, max: Double? = nil, oneOf: [FeatureValue.Scalar]? = nil,
        drift: Drift? = nil
    ) {
        self.maxNullShare = maxNullShare
        self.min = min
        self.max = max
        self.oneOf = oneOf
        self.drift = drift
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(CodingKeys.self)
        maxNullShare = try container.decodeIfPresent(Double.self, forKey: .maxNullShare)
        min = try container.decodeIfPresent(Double.self, forKey: .min)
        max = try container.decodeIfPresent(Double.self, forKey: .max)
        oneOf = try container.decodeIfPresent([FeatureValue.Scalar].self, forKey: .oneOf)
        drift = try container.decodeIfPresent(Drift.self, forKey: .drift)
    }
}

/// Answer of `POST /v1/views/{view}/check`: how a view's latest rows are, beside what is expected of them.
package struct ViewReport: Codable, Sendable, Equatable {
    package struct Check: Codable, Sendable, Equatable {
        /// `max_null_share`, `min`, `max`, `one_of`, `max_psi` or `min_ks_p`.
        package var expectation: String
        /// Absent for `one_of`.
        package var limit: Double?
        /// The share of nulls, the least or greatest value, the number of other values, the index, the p-value; absent
        /// where there are no values.
        package var value: Double?
        package var passed: Bool

        package init(expectation: String, limit: Double?, value: Double?, passed: Bool) {
            self.expectation = expectation
            self.limit = limit
            self.value = value
            self.passed = passed
        }
    }

    /// How many values are in each of equal bins.
    package struct Histogram: Codable, Sendable, Equatable {
        /// One more than there are bins, rising.
        package var edges: [Double]
        package var current: [Int]
        package var reference: [Int]

        package init(edges: [Double], current: [Int], reference: [Int]) {
            self.edges = edges
            self.current = current
            self.reference = reference
        }
    }

    package struct Feature: Codable, Sendable, Equatable {
        package var name: String
        package var type: FeatureType
        /// Rows that have a cell, null or not.
        package var cells: Int
        package var nulls: Int
        /// Of numbers.
        package var min: Double?
        package var max: Double?
        package var mean: Double?
        package var checks: [Check]
        /// Of numbers that are compared with a reference.
        package var histogram: Histogram?

        package init(name: String, type: FeatureType, cells: Int, nulls: Int, checks: [Check] = []) {
            self.name = name
            self.type = type
            self.cells = cells
            self.nulls = nulls
            self.checks = checks
        }
    }

    package var view: String
    package var version: Int
    package var checkedAt: String
    /// Rows that were looked at.
    package var rows: Int
    /// Whether these are all that there are.
    package var complete: Bool
    package var passed: Bool
    package var features: [Feature]

    package enum CodingKeys: String, CodingKey {
        case view, version, rows, complete, passed, features
        case checkedAt = "checked_at"
    }

    package init(view: String, version: Int, checkedAt: String, rows: Int, complete: Bool, features: [Feature]) {
        self.view = view
        self.version = version
        self.checkedAt = checkedAt
        self.rows = rows
        self.complete = complete
        self.features = features
        passed = features.allSatisfy { $0.checks.allSatisfy(\.passed) }
    }
}

/// Answer of `GET /v1/views/{view}/quarantine`, oldest first.
package struct QuarantineList: Codable, Sendable, Equatable {
    package struct Row: Codable, Sendable, Equatable {
        package var id: Int64
        package var version: Int
        package var receivedAt: String
        package var source: String
        package var feature: String
        package var expectation: String
        package var message: String
        package var entity: [String: FeatureValue.Scalar]
        package var eventTime: String
        package var values: [String: FeatureValue.Scalar]

        package enum CodingKeys: String, CodingKey {
            case id, version, source, feature, expectation, message, entity, values
            case receivedAt = "received_at"
            case eventTime = "event_time"
        }

        package init(
            id: Int64, version: Int, receivedAt: String, source: String, feature: String, expectation: String,
            message: String, entity: [String: FeatureValue.Scalar], eventTime: String,
            values: [String: FeatureValue.Scalar]
        ) {
            self.id = id
            self.version = version
            self.receivedAt = receivedAt
            self.source = source
            self.feature = feature
            self.expectation = expectation
            self.message = message
            self.entity = entity
            self.eventTime = eventTime
            self.values = values
        }
    }

    package var rows: [Row]
    /// For `after`, where there are more.
    package var next: Int64?

    package init(rows: [Row], next: Int64? = nil) {
        self.rows = rows
        self.next = next
    }
}
