import SuiteConfig
import Testing

/// A configuration with a key of each kind.
private struct SampleConfig: ServiceConfig {
    enum Mode: String, CaseIterable, Codable { case fast, exact }

    static let service = "sample-service"

    var log: LogConfig
    var name: String
    var note: String?
    var token: String?
    var workers: Int
    var share: Double
    var enabled: Bool
    var timeout: Duration
    var limit: Int
    var mode: Mode
    var address: String
    var names: [String]
    var labels: [String: [String]]

    init(_ settings: Settings) {
        self.log = LogConfig(settings.scoped("log"))
        self.name = settings.string("name", default: "sample", help: "A name.")
        self.note = settings.optionalString("note", help: "A note.")
        self.token = settings.secret("token", help: "A secret.")
        let pool = settings.scoped("pool")
        self.workers = pool.int("max_workers", default: 2, in: 1...64, help: "Workers.")
        self.share = pool.double("share", default: 0.5, in: 0...1, help: "A share.")
        self.enabled = settings.bool("enabled", default: false, help: "A switch.")
        self.timeout = settings.duration(
            "timeout", default: .seconds(30), in: .milliseconds(1)...(.seconds(60)), help: "A time.")
        self.limit = settings.bytes("limit", default: 1 << 20, in: 1...(1 << 30), help: "A size.")
        self.mode = settings.choice("mode", default: .fast, help: "A choice.")
        self.address = settings.url("address", default: "http://127.0.0.1:1", help: "An address.")
        self.names = settings.list("names", default: ["a"], help: "Names.")
        self.labels = settings.json(
            "labels", default: ["x": ["y"]], allowed: "an object of string lists", help: "Labels.")
    }
}

/// A new valid text for a key, with a description of the value it must give, and a text that is not allowed.
private struct Sample {
    let key: String
    let text: String
    let json: String
    let malformed: String?
    let read: @Sendable (SampleConfig) -> String
    let expected: String

    static let all: [Sample] = [
        .init(
            key: "log.level", text: "debug", json: #""debug""#, malformed: "loud", read: { $0.log.level.rawValue },
            expected: "debug"),
        .init(
            key: "log.format", text: "text", json: #""text""#, malformed: "xml", read: { $0.log.format.rawValue },
            expected: "text"),
        .init(key: "name", text: "other", json: #""other""#, malformed: "", read: \.name, expected: "other"),
        .init(key: "note", text: "n", json: #""n""#, malformed: nil, read: { $0.note ?? "nil" }, expected: "n"),
        .init(key: "token", text: "t0p", json: #""t0p""#, malformed: nil, read: { $0.token ?? "nil" }, expected: "t0p"),
        .init(
            key: "pool.max_workers", text: "7", json: "7", malformed: "65", read: { "\($0.workers)" }, expected: "7"),
        .init(
            key: "pool.share", text: "0.25", json: "0.25", malformed: "nan", read: { "\($0.share)" }, expected: "0.25"),
        .init(
            key: "enabled", text: "true", json: "true", malformed: "maybe", read: { "\($0.enabled)" }, expected: "true"),
        .init(
            key: "timeout", text: "250ms", json: #""250ms""#, malformed: "2h",
            read: { "\($0.timeout == .milliseconds(250))" }, expected: "true"),
        .init(
            key: "limit", text: "64KiB", json: "65536", malformed: "-1", read: { "\($0.limit)" }, expected: "65536"),
        .init(
            key: "mode", text: "exact", json: #""exact""#, malformed: "slow", read: { $0.mode.rawValue },
            expected: "exact"),
        .init(
            key: "address", text: "https://h:8/p", json: #""https://h:8/p""#, malformed: "ftp://h",
            read: \.address, expected: "https://h:8/p"),
        .init(
            key: "names", text: "b,c", json: #"["b","c"]"#, malformed: "[1", read: { $0.names.joined(separator: "+") },
            expected: "b+c"),
        .init(
            key: "labels", text: #"{"p":["q"]}"#, json: #"{"p":["q"]}"#, malformed: "[]",
            read: { "\($0.labels)" }, expected: #"["p": ["q"]]"#),
    ]

    var flag: String { "--" + key.split(whereSeparator: { $0 == "." || $0 == "_" }).joined(separator: "-") }
    var variable: String { "QUINION_SAMPLE_SERVICE_" + key.split(separator: ".").joined(separator: "_").uppercased() }
    var file: String {
        key.split(separator: ".").reversed().reduce(json) { inner, name in "{\"\(name)\":\(inner)}" }
    }
}

@Suite struct ConfigurationSourceTests {
    private func load(
        _ arguments: [String] = [], environment: [String: String] = [:], file: String? = nil
    ) throws -> Loaded<SampleConfig> {
        try Loaded<SampleConfig>.load(
            arguments: file == nil ? arguments : ["--config", "c.json"] + arguments, environment: environment,
            readFile: { _ in [UInt8]((file ?? "").utf8) })
    }

    @Test func everyDeclaredKeyHasASample() {
        #expect(Loaded<SampleConfig>.declaredSettings().map(\.key) == Sample.all.map(\.key))
    }

    @Test(arguments: Sample.all.indices)
    func everyKeyIsSettableByEachSource(index: Int) throws {
        let sample = Sample.all[index]
        let withoutValue = sample.read(try load().config)
        #expect(withoutValue != sample.expected)
        #expect(sample.read(try load([sample.flag, sample.text]).config) == sample.expected)
        #expect(sample.read(try load(["\(sample.flag)=\(sample.text)"]).config) == sample.expected)
        #expect(sample.read(try load(environment: [sample.variable: sample.text]).config) == sample.expected)
        #expect(sample.read(try load(file: sample.file).config) == sample.expected)
    }

    @Test(arguments: Sample.all.indices)
    func aStrongerSourceWins(index: Int) throws {
        let sample = Sample.all[index]
        let sources = try load(
            [sample.flag, sample.text], environment: [sample.variable: sample.text], file: sample.file)
        func source(_ loaded: Loaded<SampleConfig>) -> String? {
            loaded.effective.first { $0.key == sample.key }?.source.description
        }
        #expect(source(sources) == "flag \(sample.flag)")
        #expect(
            source(try load(environment: [sample.variable: sample.text], file: sample.file))
                == "environment \(sample.variable)")
        #expect(source(try load(file: sample.file)) == "file c.json")
        #expect(source(try load()) == "default")
    }

    @Test(arguments: Sample.all.indices)
    func aMalformedValueStopsTheStartNamingKeySourceValueAndWhatIsAllowed(index: Int) throws {
        let sample = Sample.all[index]
        guard let malformed = sample.malformed else { return }
        let error = try #require(throws: ConfigurationError.self) {
            try load(environment: [sample.variable: malformed])
        }
        let problem = try #require(error.problems.first)
        let allowed = try #require(Loaded<SampleConfig>.declaredSettings().first { $0.key == sample.key }).allowed
        #expect(error.problems.count == 1)
        #expect(problem.key == sample.key)
        #expect(problem.source == "environment \(sample.variable)")
        #expect(problem.value == malformed)
        #expect(problem.allowed == "must be \(allowed)")
    }

    @Test func unknownKeysAreRefusedInEachSource() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try load(
                ["--pool-workers", "3"], environment: ["QUINION_SAMPLE_SERVICE_NAMES_": "x", "PATH": "/bin"],
                file: #"{"pool":{"workers":3},"nam":1}"#)
        }
        #expect(
            error.problems.map(\.key) == ["--pool-workers", "QUINION_SAMPLE_SERVICE_NAMES_", "nam", "pool.workers"])
        #expect(ConfigurationError.exitCode == 78)
    }

    @Test(arguments: ["", "[]", "{", "3", #"{"name":{"inner":1}}"#, #"{"names":{"a":1}}"#, #"{"enabled":[true]}"#])
    func aFileOfTheWrongShapeIsRefused(file: String) {
        #expect(throws: ConfigurationError.self) { try load(file: file) }
    }

    @Test func everyProblemIsReportedAtOnce() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try load(["--mode", "slow", "--limit"], environment: ["QUINION_SAMPLE_SERVICE_POOL_SHARE": "2"])
        }
        #expect(Set(error.problems.map(\.key)) == ["mode", "--limit", "pool.share"])
    }

    @Test func randomCombinationsOfSourcesGiveTheStrongest() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix64(state: seed)
        for round in 0..<200 {
            var arguments: [String] = []
            var environment: [String: String] = [:]
            var members: [String] = []
            var expected: [String: String] = [:]
            for sample in Sample.all where !sample.key.contains(".") {
                expected[sample.key] = "default"
                if Bool.random(using: &generator) {
                    members.append(String(sample.file.dropFirst().dropLast()))
                    expected[sample.key] = "file c.json"
                }
                if Bool.random(using: &generator) {
                    environment[sample.variable] = sample.text
                    expected[sample.key] = "environment \(sample.variable)"
                }
                if Bool.random(using: &generator) {
                    arguments += [sample.flag, sample.text]
                    expected[sample.key] = "flag \(sample.flag)"
                }
            }
            let loaded = try load(arguments, environment: environment, file: "{\(members.joined(separator: ","))}")
            for (key, source) in expected {
                let found = loaded.effective.first { $0.key == key }?.source.description
                #expect(found == source, "seed \(seed), round \(round), key \(key)")
            }
        }
    }

    @Test func secretsAreNeverPrinted() throws {
        let loaded = try load(["--token", "hunter2"], environment: ["QUINION_SAMPLE_SERVICE_LIMIT": "9"])
        #expect(loaded.config.token == "hunter2")
        #expect(!loaded.report.contains("hunter2"))
        #expect(loaded.report.contains("token = <redacted>"))
        #expect(loaded.report.contains("# environment QUINION_SAMPLE_SERVICE_LIMIT"))
    }

    @Test func aBareSwitchMeansTrue() throws {
        #expect(try load(["--enabled"]).config.enabled)
        #expect(try load(["--enabled", "--mode", "exact"]).config.mode == .exact)
        #expect(try !load(["--enabled", "false"]).config.enabled)
    }

    @Test func helpListsEveryKeyWithItsVariable() {
        for setting in Loaded<SampleConfig>.declaredSettings() {
            #expect(Loaded<SampleConfig>.help.contains(setting.flag))
            #expect(Loaded<SampleConfig>.help.contains("QUINION_SAMPLE_SERVICE_\(setting.variable)"))
        }
    }
}

/// Sebastiano Vigna's splitmix64, so that a printed seed repeats a failure.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
