import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import Testing

/// SQL in every place that takes a name or a value: refused, or kept as the text it is, on every engine.
@Suite struct InjectionTests {
    private static let attacks = [
        "'; DROP TABLE feature_latest; --", "x' OR '1'='1", "\"; DELETE FROM document; --", "$1; SELECT pg_sleep(9)",
        "?1",
        "\\'; DROP TABLE job; --", "%' UNION SELECT definition FROM registry_object --", "a\u{0}b", "\u{FEFF}x\u{202E}",
    ]

    private static func json(_ value: Any) -> String {
        let data = try? JSONSerialization.data(withJSONObject: value, options: [.fragmentsAllowed])
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    private static func query(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    private static func definitions(
        entity: String = "driver", key: String = "driver_id", view: String = "stats", feature: String = "trips",
        service: String = "a", source: String = "p", text: String = ""
    ) -> String {
        json([
            "definitions": [
                "entities": [
                    ["name": entity, "description": text, "join_keys": [["name": key, "type": "string"]]]
                        as [String: Any]
                ],
                "feature_views": [
                    [
                        "name": view, "entities": [entity], "owner": text, "tags": ["t": text],
                        "features": [["name": feature, "type": "string"]],
                    ] as [String: Any]
                ],
                "feature_services": [["name": service, "features": ["\(view):\(feature)"]] as [String: Any]],
                "push_sources": [["name": source, "feature_views": [view]] as [String: Any]],
            ]
        ])
    }

    @Test(arguments: StorageUnderTest.Engine.allCases)
    func everyNameIsDataOrRefused(_ engine: StorageUnderTest.Engine) async throws {
        let folder = try TemporaryFolder()
        try await StoreUnderTest.run(in: folder, engine: engine) { store in
            #expect(try await store.post("/v1/features/apply", Self.definitions()).status == 200)
            let kept = try await store.ingest("kept")
            _ = try await store.finished(kept.id)
            for attack in Self.attacks {
                // Names that are declared are held to a form.
                for declared in [
                    Self.definitions(entity: attack), Self.definitions(key: attack), Self.definitions(view: attack),
                    Self.definitions(feature: attack), Self.definitions(service: attack),
                    Self.definitions(source: attack),
                ] {
                    let answer = try await store.post("/v1/features/apply", declared)
                    #expect(answer.status == 422, "\(attack): \(answer.status)")
                }
                let hasNUL = attack.contains("\0")
                let described = try await store.post("/v1/features/apply", Self.definitions(text: attack))
                #expect(described.status == (hasNUL ? 422 : 200), "\(attack): \(described.message)")

                // A key and a value are whatever they are.
                let row = Self.json([
                    "view": "stats", "source": hasNUL ? "" : attack,
                    "rows": [
                        [
                            "entity": ["driver_id": attack], "event_time": "2026-01-01T00:00:00Z",
                            "values": ["trips": attack],
                        ] as [String: Any]
                    ],
                ])
                #expect(try await store.post("/v1/features/rows", row).status == 200, "\(attack)")
                let read = try await store.post(
                    "/v1/features/online", Self.json(["features": ["stats"], "entities": ["driver_id": [attack]]]))
                let online = try read.decode(Online.self)
                #expect(online.columns[0].values == [attack])
                let csv =
                    "driver_id,event_timestamp\n\"\(attack.replacing("\"", with: "\"\""))\",2026-01-02T00:00:00Z\n"
                let joined = try await store.send(
                    .POST, "/v1/datasets?features=stats", Array(csv.utf8), headers: [("Content-Type", "text/csv")])
                #expect(joined.status == 200, "\(attack): \(joined.message)")

                // References, filters and identifiers.
                for (path, body, statuses) in [
                    (
                        "/v1/features/online", Self.json(["features": [attack], "entities": ["driver_id": ["x"]]]),
                        [404, 422]
                    ),
                    (
                        "/v1/features/online", Self.json(["services": [attack], "entities": ["driver_id": ["x"]]]),
                        [404, 422]
                    ),
                    ("/v1/features/online", Self.json(["features": ["stats"], "entities": [attack: ["x"]]]), [422]),
                    ("/push", Self.json(["push_source_name": attack, "df": ["driver_id": ["x"]]]), [422]),
                    (
                        "/write-to-online-store", Self.json(["feature_view_name": attack, "df": ["driver_id": ["x"]]]),
                        [404]
                    ),
                    ("/materialize", Self.json(["feature_views": [attack]]), [404]),
                    ("/v1/features/erase", Self.json(["entity": [attack: "x"]]), [422]),
                    ("/v1/dead-letters/replay", Self.json(["code": attack]), [202]),
                    ("/v1/dead-letters/replay", Self.json(["documents": [attack]]), [400]),
                ] as [(String, String, [Int])] {
                    let answer = try await store.post(path, body)
                    #expect(statuses.contains(answer.status), "\(path) \(attack): \(answer.status) \(answer.message)")
                }
                let text = Self.query(attack)
                for path in [
                    "/v1/documents?type=\(text)", "/v1/documents?metadata.k=\(text)",
                    "/v1/documents?metadata.\(text)=v",
                    "/v1/dead-letters?code=\(text)",
                ] {
                    let answer = try await store.send(.GET, path)
                    #expect([200, 400].contains(answer.status), "\(path): \(answer.status) \(answer.message)")
                    #expect(!String(buffer: answer.body).contains(kept.id), "\(path)")
                }
                for path in ["/v1/documents/\(text)", "/v1/views/\(text)", "/v1/documents?cursor=\(text)"] {
                    #expect([400, 404].contains(try await store.send(.GET, path).status), "\(path)")
                }
                if !hasNUL {
                    let document = try await store.ingest("named \(attack)", name: attack, metadata: ["k": attack])
                    #expect(try await store.finished(document.id).metadata == ["k": attack])
                    let found: DocumentPage = try await store.get("/v1/documents?metadata.k=\(text)")
                    #expect(found.documents.map(\.id) == [document.id])
                }
                let erased = try await store.post(
                    "/v1/features/erase",
                    Self.json(["entity": ["driver_id": attack], "reason": hasNUL ? "" : attack, "actor": ""]))
                #expect(try erased.decode(EraseAnswer.self).rows == 1, "\(attack)")
            }
            // Everything is still there.
            #expect(try await store.finished(kept.id).status == .succeeded)
            let registry: RegistryAnswer = try await store.get("/v1/features/registry")
            #expect(registry.featureViews.map(\.definition.name) == ["document", "stats"])
            let notes: ErasureList = try await store.get("/v1/features/erasures")
            #expect(notes.erasures.count == Self.attacks.count)
        }
    }

    private struct Online: Decodable {
        struct Column: Decodable { var values: [String?] }
        var columns: [Column]
    }
}
