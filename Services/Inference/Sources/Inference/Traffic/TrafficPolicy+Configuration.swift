import HTTPTypes
import JSONText

extension TrafficPolicy {
    private static let labelLimit = 64

    /// Takes the keys about traffic from a model's configuration.
    init(_ reader: inout JSONObjectReader) throws(InferenceError) {
        labels = try reader.dictionary("version_labels", of: "a version's number") { value in
            guard case .integer(let number) = value, number > 0 else { return nil }
            return Int(exactly: number)
        }
        for label in labels.keys.sorted() where !Self.isLabel(label) {
            throw InferenceError(
                .invalidModel,
                "'version_labels' has the label \"\(label.prefix(100))\", expected a letter, then letters, digits, '_', '-' and '.', at most \(Self.labelLimit)"
            )
        }
        if let value = reader.take("traffic") { try readTraffic(value) }
        if let value = reader.take("rate_limit") { rateLimit = try RateLimit(value) }
        // Up to a day.
        timeLimit = try reader.integer("time_limit_microseconds", in: 0...86_400_000_000) ?? 0
    }

    /// Never only digits, so that it is no version's number.
    static func isLabel(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first), text.utf8.count <= labelLimit else { return false }
        return text.utf8.allSatisfy {
            isLetter($0) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || "_-.".utf8.contains($0)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }

    private mutating func readTraffic(_ value: JSONValue) throws(InferenceError) {
        var reader = try JSONObjectReader(value, path: "traffic")
        for (index, element) in try reader.elements("split").enumerated() {
            var reader = try JSONObjectReader(element, path: "traffic.split[\(index)]")
            let share = Share(version: try version(&reader), basisPoints: try percent(&reader))
            guard !shares.contains(where: { $0.version == share.version }) else {
                throw InferenceError(.invalidModel, "'traffic.split' has version \(share.version) twice")
            }
            shares.append(share)
            try reader.finish()
        }
        let sum = shares.reduce(0) { $0 + $1.basisPoints }
        guard shares.isEmpty || sum == Self.whole else {
            throw InferenceError(.invalidModel, "'traffic.split' adds up to \(Double(sum) / 100) percent, expected 100")
        }
        if let name = try reader.string("sticky_header") { stickyHeader = try header(name, "sticky_header", reader) }
        for (index, element) in try reader.elements("headers").enumerated() {
            var reader = try JSONObjectReader(element, path: "traffic.headers[\(index)]")
            guard let name = try reader.string("name"), let value = try reader.string("value") else {
                throw InferenceError(.invalidModel, "'traffic.headers[\(index)]' needs 'name', 'value' and 'version'")
            }
            rules.append(
                HeaderRule(name: try header(name, "name", reader), value: value, version: try version(&reader)))
            try reader.finish()
        }
        if let value = reader.take("shadow") {
            var reader = try JSONObjectReader(value, path: "traffic.shadow")
            shadow = Shadow(
                version: try version(&reader), basisPoints: try percent(&reader, default: Self.whole),
                tolerance: try reader.number("tolerance", in: 0...1e9) ?? 1e-3)
            try reader.finish()
        }
        try reader.finish()
    }

    /// A number, or a label of this configuration.
    private func version(_ reader: inout JSONObjectReader) throws(InferenceError) -> Int {
        switch reader.take("version") {
        case .integer(let number)? where number > 0: return Int(number)
        case .string(let label)?:
            guard let version = labels[label] else {
                throw reader.mismatch("version", .string(label), "a label of 'version_labels'")
            }
            return version
        case let other: throw reader.mismatch("version", other ?? .null, "a version's number or label")
        }
    }

    private func percent(
        _ reader: inout JSONObjectReader, default fallback: Int? = nil
    ) throws(InferenceError) -> Int {
        guard let percent = try reader.number("percent", in: 0...100) else {
            guard let fallback else { throw reader.mismatch("percent", .null, "a number from 0 to 100") }
            return fallback
        }
        let points = (percent * 100).rounded()
        guard abs(percent * 100 - points) < 1e-6 else {
            throw reader.mismatch("percent", .number(percent, "\(percent)"), "at most two decimals")
        }
        return Int(points)
    }

    private func header(
        _ text: String, _ key: String, _ reader: JSONObjectReader
    ) throws(InferenceError) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { throw reader.mismatch(key, .string(text), "a header's name") }
        return name
    }
}

extension TrafficPolicy.RateLimit {
    fileprivate init(_ value: JSONValue) throws(InferenceError) {
        var reader = try JSONObjectReader(value, path: "rate_limit")
        guard let rate = try reader.number("requests_per_second", in: 0.001...1e6) else {
            throw reader.mismatch("requests_per_second", .null, "a number from 0.001 to 1000000")
        }
        requestsPerSecond = rate
        burst = try reader.integer("burst", in: 1...1_000_000) ?? max(1, Int(rate.rounded(.up)))
        try reader.finish()
    }
}
