import Foundation
import ServiceAPI
import Suite
import Testing

/// Declarations of features in YAML.
@Suite struct DefinitionFilesTests {
    private func folder(_ files: [String: String]) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("features-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path + "/sub", withIntermediateDirectories: true)
        for (name, text) in files { try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8) }
        return path
    }

    @Test func filesOfAFolderAreReadTogether() throws {
        let path = try folder([
            "a.yaml": """
            entities:
              - name: driver
                join_keys: [{name: driver_id, type: int64}]
            feature_views:
              - name: stats
                entities: [driver]
                ttl: 2h
                owner: "ann@example.org"
                tags: {team: "7"}
                features:
                  - {name: trips, type: int64, description: trips a day, expect: {min: 0, one_of: [1, 2]}}
                  - {name: vector, type: "list<float32>"}
            """,
            "sub/c.yml": """
            on_demand_views:
              - name: trip
                request: [{name: km, type: float64}]
                features: [{name: price, type: float64, expression: "km * coalesce(stats:trips, 1)"}]
            """,
            "sub/b.yml": "feature_services:\n  - {name: activity, features: ['stats:trips']}\n",
            "empty.yaml": "# nothing\n",
            "notes.txt": "entities: 1",
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let definitions = try DefinitionFiles.read([path])
        #expect(definitions.entities.map(\.joinKeys) == [[.init(name: "driver_id", type: .int64)]])
        #expect(definitions.featureViews[0].ttl == Lifetime(microseconds: 7_200_000_000))
        #expect(definitions.featureViews[0].features.map(\.type) == [.int64, .list(.float32)])
        #expect(definitions.featureViews[0].tags == ["team": "7"])
        #expect(definitions.featureViews[0].features[0].expect == Expectation(min: 0, oneOf: [.int(1), .int(2)]))
        #expect(definitions.featureServices.map(\.features) == [["stats:trips"]])
        #expect(definitions.onDemandViews[0].request == [.init("km", .float64)])
        #expect(definitions.onDemandViews[0].features.map(\.expression) == ["km * coalesce(stats:trips, 1)"])
    }

    @Test(arguments: [
        ("feature_view: []", "feature_view"), ("entities: [{name: x}]", "join_keys"),
        ("entities: [{name: x, join_keys: [{name: k, type: int65}]}]", "int65"),
        ("feature_views: [{name: v, entities: [e], features: [], ttl: soon}]", "ttl"), ("entities: [", "a.yaml"),
    ])
    func mistakeNamesFileAndKey(yaml: String, named: String) throws {
        let path = try folder(["a.yaml": yaml])
        defer { try? FileManager.default.removeItem(atPath: path) }
        do {
            _ = try DefinitionFiles.read([path + "/a.yaml"])
            Issue.record("\(yaml) was read")
        } catch let error as CommandError {
            #expect(error.message.contains(named) && error.message.contains("a.yaml"), "\(error.message)")
        }
    }

    /// Read as nothing, it would plan the removal of all that it declares.
    @Test func fileThatIsNotUTF8IsRefused() throws {
        let path = try folder([:])
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("entities: [] # caf\u{e9}".unicodeScalars.map { UInt8($0.value) }).write(
            to: URL(fileURLWithPath: path + "/latin1.yaml"))
        do {
            _ = try DefinitionFiles.read([path])
            Issue.record("Latin-1 was read")
        } catch let error as CommandError {
            #expect(error.message == path + "/latin1.yaml is not UTF-8")
        }
    }

    @Test func changesAreShownOneALine() {
        let answer = ApplyAnswer(
            generation: 3,
            changes: [
                DefinitionChange(kind: .entity, name: "driver", action: .create),
                DefinitionChange(
                    kind: .featureView, name: "stats", action: .update, version: 1, destructive: true,
                    details: ["- rate float64"]),
            ])
        #expect(
            ChangeList(answer).lines(for: .plain, details: true) == [
                "+ entity driver", "~ feature view stats@v1  (destructive)", "    - rate float64",
            ])
        #expect(ChangeList(ApplyAnswer(generation: 3, changes: [])).lines(for: .plain, details: true).count == 1)
    }
}
