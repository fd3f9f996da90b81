import SuiteConfig
import Testing

/// Holds for the real configurations what a person relies on.
@Suite struct ServiceConfigTests {
    private func check<Config: ServiceConfig>(_ type: Config.Type) throws {
        let settings = Loaded<Config>.declaredSettings()
        #expect(Set(settings.map(\.key)).count == settings.count, "a key of \(Config.service) is declared twice")
        #expect(Set(settings.map(\.variable)).count == settings.count, "two keys of \(Config.service) share a variable")
        for setting in settings {
            #expect(setting.help.hasSuffix("."), "\(Config.service) \(setting.key): help is a sentence")
            guard let text = setting.defaultText, !text.isEmpty else { continue }
            // The default as printed is itself an allowed value from each textual source.
            let byFlag = try Loaded<Config>.load(arguments: ["\(setting.flag)=\(text)"], environment: [:])
            let byVariable = try Loaded<Config>.load(
                arguments: [], environment: [Config.variablePrefix + setting.variable: text])
            for loaded in [byFlag, byVariable] {
                let entry = loaded.effective.first { $0.key == setting.key }
                #expect(entry?.source != .defaultValue, "\(Config.service) \(setting.key)")
            }
        }
    }

    @Test func featureStore() throws { try check(FeatureStoreConfig.self) }
    @Test func documentRecognition() throws { try check(DocumentRecognitionConfig.self) }
    @Test func nlp() throws { try check(NLPConfig.self) }
    @Test func inference() throws { try check(InferenceConfig.self) }
    @Test func reporting() throws { try check(ReportingConfig.self) }
}

@Suite struct ValueTextTests {
    @Test(arguments: [
        ("500ms", 500), ("30s", 30_000), ("1.5", 1500), ("5m", 300_000), ("1h", 3_600_000), ("0", 0),
    ])
    func timesAreRead(text: String, milliseconds: Int64) {
        #expect(DurationText.parse(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "s", "-1s", "1d", "1e99", "inf", "1 s"])
    func otherTimesAreRefused(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(arguments: [("65536", 65536), ("64KiB", 65536), ("50MB", 50_000_000), ("2GiB", 2 << 30), ("7B", 7)])
    func sizesAreRead(text: String, bytes: Int) {
        #expect(ByteText.parse(text) == bytes)
    }

    @Test(arguments: ["", "MB", "1.5MB", "-1", "9223372036854775807KiB", "1 MB", "1mb"])
    func otherSizesAreRefused(text: String) {
        #expect(ByteText.parse(text) == nil)
    }

    @Test func formattedValuesReadBack() {
        for milliseconds in [0, 1, 999, 1000, 60_000, 90_000, 3_600_000, 5_400_000] as [Int64] {
            let value = Duration.milliseconds(milliseconds)
            #expect(DurationText.parse(DurationText.format(value)) == value)
        }
        for bytes in [0, 1, 1000, 1024, 1 << 20, 50_000_000, 123_457] {
            #expect(ByteText.parse(ByteText.format(bytes)) == bytes)
        }
    }
}
