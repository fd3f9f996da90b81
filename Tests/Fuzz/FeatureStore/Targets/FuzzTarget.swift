package import FeatureStore
import Foundation
import NIOCore
import ServiceAPI
import Suite

/// What a fuzzer runs: code of the feature store that takes bytes from strangers.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// A request's body; its first byte says of which route.
    case request
    /// Declarations as JSON, to what they would change, expressions included.
    case definitions
    /// Declarations as YAML.
    case yaml

    private static let now = Timestamp(microseconds: 1_767_225_600_000_000)

    /// Runs the input; ends the process where an invariant does not hold.
    ///
    /// Refusing is always right.
    package func run(_ input: UnsafeBufferPointer<UInt8>, _ registry: FeatureRegistry) {
        switch self {
        case .request:
            guard let first = input.first else { return }
            let route = RequestParsing.allCases[Int(first) % RequestParsing.allCases.count]
            try? route.read(ByteBuffer(bytes: input.dropFirst()), registry.snapshot, now: Self.now)
        case .definitions:
            guard let request = try? JSONBody.decode(ApplyRequest.self, from: ByteBuffer(bytes: input)) else { return }
            _ = try? registry.plan(request)
        case .yaml:
            guard let text = String(validating: input, as: UTF8.self),
                let definitions = try? DefinitionFiles.parse(text, path: "x.yaml")
            else { return }
            _ = try? registry.plan(ApplyRequest(definitions: definitions))
        }
    }

    /// A registry of every kind of thing, in a store of its own.
    package static func registry(in folder: String) async throws -> FeatureRegistry {
        let database = try StoreDatabase(path: folder + "/store.sqlite")
        let registry = try await FeatureRegistry(storage: SQLiteFeatureStorage(database: database))
        _ = try await registry.apply(
            ApplyRequest(definitions: try DefinitionFiles.parse(declared, path: "fuzz.yaml")), at: now)
        return registry
    }

    private static let declared = """
        entities:
          - {name: driver, join_keys: [{name: driver_id, type: int64}]}
          - {name: city, join_keys: [{name: city, type: string}]}
        feature_views:
          - name: all
            entities: [driver]
            ttl: 1h
            features:
              - {name: i, type: int64}
              - {name: s, type: int32}
              - {name: d, type: float64}
              - {name: f, type: float32}
              - {name: t, type: string}
              - {name: b, type: bool}
              - {name: y, type: bytes}
              - {name: z, type: timestamp}
              - {name: c, type: date}
              - {name: j, type: json}
              - {name: v, type: list<float32>}
              - {name: w, type: list<string>}
          - {name: two, entities: [driver, city], features: [{name: x, type: float64}], allow_nan: true}
        feature_services:
          - {name: a, features: [all, "two:x"]}
        push_sources:
          - {name: p, feature_views: [all, two]}
        on_demand_views:
          - name: trip
            request: [{name: km, type: float64}]
            features:
              - {name: price, type: float64, expression: "round(2.5 + km * coalesce(two:x, 1.0), 2)"}
        """
}
