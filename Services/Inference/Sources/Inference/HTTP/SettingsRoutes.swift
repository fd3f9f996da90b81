import Hummingbird
import JSONText
import NIOCore
import ServiceHost

/// Settings of traces and logs, in the form of Triton's extensions.
struct SettingsRoutes {
    let catalog: ModelCatalog
    let tracer: RequestTracer
    let logs: LogSettings
    /// Whether clients may change them.
    let isOpen: Bool

    func add(to v2: RouterGroup<ServiceContext>) {
        v2.get("trace/setting") { _, _ in Response.json(tracer.settings(of: nil)) }
        v2.post("trace/setting") { request, context in
            let update = try await update(request, context, Self.readTrace)
            return Response.json(try tracer.update(nil, update))
        }
        v2.get("models/:model/trace/setting") { _, context in Response.json(tracer.settings(of: try model(context))) }
        v2.post("models/:model/trace/setting") { request, context in
            let model = try model(context)
            let update = try await update(request, context, Self.readTrace)
            return Response.json(try tracer.update(model, update))
        }
        v2.get("logging") { _, _ in Response.json(logs.current) }
        v2.post("logging") { request, context in
            let changes = try await update(request, context) { (cursor) throws(JSONError) in
                var changes: [(String, JSONValue)] = []
                try cursor.readObject { (cursor, key) throws(JSONError) in
                    changes.append((key, try cursor.readValue()))
                }
                return changes
            }
            return Response.json(
                try logs.change { (values) throws(InferenceError) in
                    for (key, value) in changes { try values.set(key, value) }
                })
        }
    }

    /// A model that exists, ready or not.
    private func model(_ context: ServiceContext) throws -> String {
        let name = try context.modelName
        guard catalog.entries.contains(where: { $0.name == name }) else {
            throw InferenceError(.notFound, "unknown model '\(name.prefix(200))'")
        }
        return name
    }

    private func update<Value>(
        _ request: Request, _ context: ServiceContext, _ read: (inout JSONCursor) throws(JSONError) -> Value
    ) async throws -> Value {
        guard isOpen else {
            throw InferenceError(
                .forbidden, "settings.remote is off: this server's settings cannot be changed by clients")
        }
        let body = try await request.collectBody(context)
        do throws(JSONError) {
            return try body.withUnsafeReadableBytes { (bytes) throws(JSONError) in
                var cursor = JSONCursor(bytes)
                let value = try read(&cursor)
                try cursor.expectEnd()
                return value
            }
        } catch {
            throw InferenceError(.invalidRequest, "the request's JSON: \(error.message) at byte \(error.offset)")
        }
    }

    private static func readTrace(
        _ cursor: inout JSONCursor
    ) throws(JSONError) -> [String: TraceSettings.Value] {
        var update: [String: TraceSettings.Value] = [:]
        try cursor.readObject { (cursor, key) throws(JSONError) in
            switch try cursor.readValue() {
            case .null: update[key] = .cleared
            case .string(let text): update[key] = .text(text)
            case .integer(let number): update[key] = .text(String(number))
            case .array(let elements):
                update[key] = .list(
                    elements.map { if case .string(let text) = $0 { text } else { $0.kind } })
            case let other: throw cursor.error("'\(key.prefix(100))' is \(other.kind)")
            }
        }
        return update
    }
}

extension LogSettings.Values {
    fileprivate mutating func set(_ key: String, _ value: JSONValue) throws(InferenceError) {
        switch (key, value) {
        case ("log_info", .bool(let flag)): info = flag
        case ("log_warnings", .bool(let flag)): warnings = flag
        case ("log_errors", .bool(let flag)): errors = flag
        case ("log_verbose_level", .integer(let level)) where 0...Int64(UInt32.max) ~= level:
            verboseLevel = Int(level)
        case ("log_file", .string("")), ("log_format", .string("default")):
            break
        case ("log_file", _):
            throw InferenceError(.invalidRequest, "'log_file' cannot be set: the log goes to standard error")
        case ("log_format", _):
            throw InferenceError(.invalidRequest, "'log_format' can only be \"default\": log.format decides at start")
        case ("log_info", _), ("log_warnings", _), ("log_errors", _), ("log_verbose_level", _):
            throw InferenceError(.invalidRequest, "'\(key)' is \(value.kind) of a value that is not allowed")
        default:
            throw InferenceError(.invalidRequest, "unknown log setting '\(key.prefix(100))'")
        }
    }
}

extension Response {
    fileprivate static func json(_ settings: TraceSettings) -> Response {
        var json = JSONWriter()
        json.raw("{\"trace_file\":\"\",\"trace_level\":[")
        if settings.isOn { json.raw("\"TIMESTAMPS\"") } else { json.raw("\"OFF\"") }
        json.raw("],\"trace_rate\":")
        json.string(String(settings.rate))
        json.raw(",\"trace_count\":")
        json.string(String(settings.count))
        json.raw(",\"log_frequency\":\"0\"}")
        return .json(json)
    }

    fileprivate static func json(_ settings: LogSettings.Values) -> Response {
        var json = JSONWriter()
        json.raw("{\"log_file\":\"\",\"log_info\":")
        json.bool(settings.info)
        json.raw(",\"log_warnings\":")
        json.bool(settings.warnings)
        json.raw(",\"log_errors\":")
        json.bool(settings.errors)
        json.raw(",\"log_verbose_level\":")
        json.integer(settings.verboseLevel)
        json.raw(",\"log_format\":\"default\"}")
        return .json(json)
    }
}
