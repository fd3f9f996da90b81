import FoundationEssentials

extension Settings {
    /// A string; `nonEmpty` refuses "".
    package func string(_ key: String, default value: String, nonEmpty: Bool = true, help: String) -> String {
        read(
            key, default: value, defaultText: value, allowed: nonEmpty ? "a non-empty string" : "a string", help: help
        ) { nonEmpty && $0.isEmpty ? nil : $0 }
    }

    /// A string that may be absent; an empty value counts as absent.
    package func optionalString(_ key: String, help: String) -> String? {
        read(key, default: nil, defaultText: nil, allowed: "a string", help: help) { .some($0.isEmpty ? nil : $0) }
    }

    /// A secret that may be absent; never printed.
    package func secret(_ key: String, help: String) -> String? {
        read(key, default: nil, defaultText: nil, allowed: "a string", help: help, isSecret: true) {
            .some($0.isEmpty ? nil : $0)
        }
    }

    package func int(_ key: String, default value: Int, in range: ClosedRange<Int>, help: String) -> Int {
        read(
            key, default: value, defaultText: String(value),
            allowed: "an integer from \(range.lowerBound) to \(range.upperBound)", help: help
        ) { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    package func double(_ key: String, default value: Double, in range: ClosedRange<Double>, help: String) -> Double {
        read(
            key, default: value, defaultText: String(value),
            allowed: "a number from \(range.lowerBound) to \(range.upperBound)", help: help
        ) { text in Double(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    package func bool(_ key: String, default value: Bool, help: String) -> Bool {
        read(
            key, default: value, defaultText: String(value), allowed: "true or false", help: help, isSwitch: true
        ) { text in
            switch text.lowercased() {
            case "true", "1", "yes", "on": true
            case "false", "0", "no", "off": false
            default: nil
            }
        }
    }

    /// A length of time, written `500ms`, `30s`, `5m`, `1h` or as a number of seconds.
    package func duration(
        _ key: String, default value: Duration, in range: ClosedRange<Duration>, help: String
    ) -> Duration {
        read(
            key, default: value, defaultText: DurationText.format(value),
            allowed:
                "a time from \(DurationText.format(range.lowerBound)) to \(DurationText.format(range.upperBound)), such as 500ms, 30s or 5m",
            help: help
        ) { text in DurationText.parse(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    /// A number of bytes, written `65536`, `64KiB`, `50MB` or `2GiB`.
    package func bytes(_ key: String, default value: Int, in range: ClosedRange<Int>, help: String) -> Int {
        read(
            key, default: value, defaultText: ByteText.format(value),
            allowed:
                "a size from \(ByteText.format(range.lowerBound)) to \(ByteText.format(range.upperBound)), such as 64KiB or 50MB",
            help: help
        ) { text in ByteText.parse(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    /// One of a closed list.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, default value: Choice, help: String
    ) -> Choice {
        read(
            key, default: value, defaultText: value.rawValue,
            allowed: "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "), help: help
        ) { Choice(rawValue: $0) }
    }

    /// An `http` or `https` base address without query and trailing slash.
    package func url(_ key: String, default value: String, help: String) -> String {
        read(key, default: value, defaultText: value, allowed: "an http:// or https:// address", help: help) {
            Self.baseAddress($0)
        }
    }

    /// An address that may be absent.
    package func optionalURL(_ key: String, help: String) -> String? {
        read(key, default: nil, defaultText: nil, allowed: "an http:// or https:// address", help: help) { text in
            text.isEmpty ? .some(nil) : Self.baseAddress(text).map { .some($0) }
        }
    }

    /// Strings; in a file a JSON array, elsewhere separated by commas or a JSON array.
    package func list(_ key: String, default value: [String], help: String) -> [String] {
        read(
            key, default: value, defaultText: value.joined(separator: ","), allowed: "a list of strings", help: help,
            isStructured: true
        ) { text in
            if text.first == "[" { return try? JSONDecoder().decode([String].self, from: Data(text.utf8)) }
            if text.first == "{" { return nil }
            return text.isEmpty ? [] : text.split(separator: ",").map(String.init)
        }
    }

    /// A structured value; in a file JSON as it stands, elsewhere JSON text.
    package func json<Value: Codable>(
        _ key: String, default value: Value, allowed: String, help: String, check: (Value) -> Bool = { _ in true }
    ) -> Value {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // An encoder fails only on non-finite numbers, which no default has.
        let text = (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) }
        return read(key, default: value, defaultText: text, allowed: allowed, help: help, isStructured: true) { text in
            guard let decoded = try? JSONDecoder().decode(Value.self, from: Data(text.utf8)), check(decoded) else {
                return nil
            }
            return decoded
        }
    }

    private static func baseAddress(_ text: String) -> String? {
        guard let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme),
            let host = url.host(), !host.isEmpty, url.query() == nil, url.fragment() == nil, url.user() == nil
        else { return nil }
        return text.last == "/" ? String(text.dropLast()) : text
    }
}
