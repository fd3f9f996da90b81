/// Which requests are traced, in the words of Triton's trace extension.
struct TraceSettings: Sendable, Equatable {
    /// Whether requests are traced at all: level `TIMESTAMPS`, else `OFF`.
    var isOn = false
    /// One request of so many.
    var rate = 1000
    /// Traces still to be made; -1 for no end.
    var count = -1

    /// The members of an update, by name; nil clears one.
    enum Value: Equatable {
        case text(String)
        case list([String])
        case cleared
    }

    /// Changes what `update` names; a cleared member takes its value from `fallback`.
    mutating func apply(_ update: [String: Value], fallback: TraceSettings) throws(InferenceError) {
        for (key, value) in update.sorted(by: { $0.key < $1.key }) {
            switch (key, value) {
            case ("trace_level", .cleared): isOn = fallback.isOn
            case ("trace_level", .text(let level)): isOn = try Self.isOn([level])
            case ("trace_level", .list(let levels)): isOn = try Self.isOn(levels)
            case ("trace_rate", .cleared): rate = fallback.rate
            case ("trace_rate", .text(let text)): rate = try Self.integer(key, text, in: 1...Int.max)
            case ("trace_count", .cleared): count = fallback.count
            case ("trace_count", .text(let text)): count = try Self.integer(key, text, in: -1...Int.max)
            case ("log_frequency", .cleared), ("log_frequency", .text("0")): break
            case ("trace_file", .cleared), ("trace_file", .text("")): break
            case ("log_frequency", _):
                throw InferenceError(.invalidRequest, "'log_frequency' can only be \"0\": each trace is logged at once")
            case ("trace_file", _):
                throw InferenceError(.invalidRequest, "'trace_file' cannot be set: traces go to the server's log")
            case ("trace_level", _), ("trace_rate", _), ("trace_count", _):
                throw InferenceError(.invalidRequest, "'\(key)' has the wrong type")
            default:
                throw InferenceError(.invalidRequest, "unknown trace setting '\(key.prefix(100))'")
            }
        }
    }

    private static func isOn(_ levels: [String]) throws(InferenceError) -> Bool {
        for level in levels where level != "OFF" && level != "TIMESTAMPS" {
            throw InferenceError(.invalidRequest, "'trace_level' \"\(level.prefix(40))\" is not OFF or TIMESTAMPS")
        }
        return levels.contains("TIMESTAMPS")
    }

    private static func integer(
        _ key: String, _ text: String, in range: ClosedRange<Int>
    ) throws(InferenceError) -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw InferenceError(
                .invalidRequest,
                "'\(key)' is \"\(text.prefix(40))\", expected an integer of at least \(range.lowerBound)")
        }
        return value
    }
}
