import FoundationEssentials
import Inference
import JSONText
import ServiceTesting
import Testing

/// `config.schema.json` and the parser say the same: each key, range, closed list and required member of the schema is tried.
@Suite struct ConfigSchemaTests {
    private let schema: JSONValue
    private let examples: [JSONValue]

    init() throws {
        let file = URL(filePath: "\(Repository.root)/Services/Inference/config.schema.json")
        schema = try [UInt8](Data(contentsOf: file)).withUnsafeBytes { try JSONValue(parsing: $0) }
        guard case .array(let examples)? = schema["examples"] else { throw CocoaError(.fileReadCorruptFile) }
        self.examples = examples
    }

    @Test func theExamplesAreConfigurations() throws {
        for example in examples { _ = try parse(example) }
    }

    /// The parser names the keys that it knows when it is given one that it does not.
    @Test func theParserKnowsExactlyTheKeysOfTheSchema() throws {
        var count = 0
        for example in examples {
            for place in places(schema, example) {
                guard case .object(let properties)? = place.schema["properties"], place.schema["oneOf"] == nil else {
                    continue
                }
                let message = refusal(example.replacing(place.path + [.key("zzz")], with: .integer(1)))
                let known = message?.split(separator: "known are: ").last?.split(separator: ", ").map(String.init)
                #expect(Set(known ?? []) == Set(properties.keys), "\(place.path): \(message ?? "accepted")")
                count += 1
            }
        }
        #expect(count >= 12)
    }

    @Test func theParserHasTheRangesOfTheSchema() throws {
        var count = 0
        for example in examples {
            for place in places(schema, example) {
                guard case .integer(let low)? = place.schema["minimum"] else { continue }
                let below = example.replacing(place.path, with: .integer(low - 1))
                #expect(refusal(below) != nil, "\(place.path): \(low - 1) is below the range")
                guard case .integer(let high)? = place.schema["maximum"] else { continue }
                count += 1
                let above = example.replacing(place.path, with: .integer(high + 1))
                #expect(refusal(above) != nil, "\(place.path): \(high + 1) is above the range")
                // What must add up with others cannot be tried alone.
                guard place.schema["multipleOf"] == nil || place.path.contains(.key("shadow")) else { continue }
                let highest = example.replacing(place.path, with: .integer(high))
                #expect(refusal(highest) == nil, "\(place.path): \(refusal(highest) ?? "")")
            }
        }
        #expect(count >= 20)
    }

    @Test func theParserHasTheClosedListsOfTheSchema() throws {
        for example in examples {
            for place in places(schema, example) {
                guard case .array(let values)? = place.schema["enum"] else { continue }
                for value in values {
                    let other = example.replacing(place.path, with: value)
                    #expect(refusal(other) == nil, "\(place.path): \(refusal(other) ?? "")")
                }
                #expect(refusal(example.replacing(place.path, with: .string("zzz"))) != nil, "\(place.path)")
            }
        }
    }

    @Test func theParserMissesWhatTheSchemaRequires() throws {
        for example in examples {
            for place in places(schema, example) {
                guard case .array(let required)? = place.schema["required"] else { continue }
                for case .string(let key) in required {
                    let message = refusal(example.replacing(place.path + [.key(key)], with: nil))
                    #expect(message != nil, "\(place.path): '\(key)' is not missed")
                }
            }
        }
    }

    /// Everything that is configured comes back from `…/config`, in a form that configures the same.
    @Test func aConfigurationGoesRound() async throws {
        let repository = try ModelRepository()
        let uploads = try ModelRepository()
        let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        try repository.addEcho(
            "m", parameters: "\"sleep_ms\": 1",
            extra: """
                "instances": 2, "versions": [1, 2], "max_batch_size": 4, "max_batch_tokens": 100, "max_batch_bytes": 1000,
                "dynamic_batching": {"preferred_batch_size": [2], "max_queue_delay_microseconds": 7, "priority_levels": 2,
                  "default_priority_level": 2, "priority_queue_policy": {"1": {"timeout_action": "DELAY"}}},
                "queue": {"requests": 5, "bytes": 6000, "tokens": 700, "ageing": 8},
                "axes": {"x": ["batch"]}, "limits": {"batch": 9}, "checksums": {"1/model.onnx": "\(digest)"},
                "response_cache": {"enable": true, "max_bytes": 12345}, "version_labels": {"stable": 1, "canary": 2},
                "traffic": {"split": [{"version": 1, "percent": 99.5}, {"version": "canary", "percent": 0.5}],
                  "sticky_header": "X-User", "headers": [{"name": "X-Variant", "value": "b", "version": 2}],
                  "shadow": {"version": 2, "percent": 50, "tolerance": 0.5}},
                "rate_limit": {"requests_per_second": 1000.5, "burst": 30}, "time_limit_microseconds": 5000000,
                "warmup": [{"inputs": {"x": {"shape": [2], "data": "random"}}, "count": 3}],
                """, versions: [1, 2])
        let flags = [
            "--models-control", "explicit", "--models-load", "*", "--models-upload-path", uploads.path,
        ]
        try await InferenceServer.with(repository, flags: flags) { server in
            let first = try await server.get("/v2/models/m/config").text
            for part in [
                #""max_batch_tokens":100"#, #""queue":{"requests":5,"bytes":6000,"tokens":700,"ageing":8}"#,
                #""checksums":{"1/model.onnx":"\#(digest)"}"#, #""response_cache":{"enable":true,"max_bytes":12345}"#,
                #""version_labels":{"canary":2,"stable":1}"#, #"{"version":1,"percent":99.5}"#,
                #""sticky_header":"X-User""#, #""tolerance":0.5"#, #""burst":30"#,
                #""time_limit_microseconds":5000000"#, #""timeout_action":"DELAY""#, #""isolation":"none""#,
            ] { #expect(first.contains(part), "\(part) in \(first)") }
            let text = first.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            let load = try await server.post(
                "/v2/repository/models/m/load", "{\"parameters\":{\"config\":\"\(text)\"}}")
            #expect(load.status == 200, "\(load.text)")
            #expect(try await server.get("/v2/models/m/config").text == first)
        }
    }

    // MARK: Walking

    fileprivate enum Step: Hashable, CustomStringConvertible {
        case key(String)
        case index(Int)

        var description: String {
            switch self {
            case .key(let key): key
            case .index(let index): String(index)
            }
        }
    }

    private struct Place {
        var schema: JSONValue
        var path: [Step]
    }

    /// Every part of the schema that the example has a value for, with where that is.
    private func places(_ schema: JSONValue, _ value: JSONValue, _ path: [Step] = []) -> [Place] {
        var result = [Place(schema: schema, path: path)]
        switch value {
        case .object(let members):
            for (key, member) in members {
                guard let part = schema["properties"]?[key] ?? schema["additionalProperties"] else { continue }
                result += places(part, member, path + [.key(key)])
            }
        case .array(let elements):
            guard let part = schema["items"], let first = elements.first else { break }
            result += places(part, first, path + [.index(0)])
        default: break
        }
        return result
    }

    private func parse(_ value: JSONValue) throws -> ModelConfig { try ModelConfig(parsing: Array(value.text.utf8)) }

    private func refusal(_ value: JSONValue) -> String? {
        do {
            _ = try parse(value)
            return nil
        } catch {
            return "\(error)"
        }
    }
}

extension JSONValue {
    fileprivate subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// The document with another value at a place; nil takes it away.
    fileprivate func replacing(_ path: [ConfigSchemaTests.Step], with value: JSONValue?) -> JSONValue {
        guard let step = path.first else { return value ?? .null }
        let rest = Array(path.dropFirst())
        switch (self, step) {
        case (.object(var members), .key(let key)):
            members[key] = rest.isEmpty ? value : members[key]?.replacing(rest, with: value)
            return .object(members)
        case (.array(var elements), .index(let index)):
            elements[index] = elements[index].replacing(rest, with: value)
            return .array(elements)
        default:
            return self
        }
    }

    fileprivate var text: String {
        switch self {
        case .null: "null"
        case .bool(let flag): String(flag)
        case .integer(let number): String(number)
        case .number(_, let text): text
        case .string(let text): "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
        case .array(let elements): "[\(elements.map(\.text).joined(separator: ","))]"
        case .object(let members):
            "{\(members.sorted { $0.key < $1.key }.map { "\(JSONValue.string($0.key).text):\($0.value.text)" }.joined(separator: ","))}"
        }
    }
}
