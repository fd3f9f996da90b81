import FoundationEssentials
package import NIOCore
import NIOFoundationEssentialsCompat

/// JSON bodies between services and from outside: bounded in depth, and with errors that name the field.
package enum JSONBody {
    /// How deep arrays and objects may nest.
    ///
    /// Deeper input is refused before a recursive decoder sees it.
    package static let maximumDepth = 100

    /// - Throws: `APIError`: 400 for what is not JSON, 422 for JSON that does not fit, with the field's path.
    package static func decode<Value: Decodable>(_ type: Value.Type, from body: ByteBuffer) throws -> Value {
        guard body.readableBytes > 0 else {
            throw APIError.badRequest("the body is empty, expected JSON")
        }
        try body.withUnsafeReadableBytes(checkNesting)
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            return try decoder.decode(type, from: body)
        } catch let DecodingError.dataCorrupted(context)
            where context.codingPath.isEmpty && context.underlyingError == nil
            && (try? decoder.decode(AnyJSON.self, from: body)) != nil
        {
            // Full Foundation, where a process links it, tells nothing of a number that does not fit.
            throw misfit("a number")
        } catch let error as DecodingError {
            throw describe(error)
        }
    }

    private static func misfit(_ number: some StringProtocol) -> APIError {
        .invalid("\(number) is not a number of the kind that is expected there")
    }

    package static func encode(_ value: some Encodable) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return ByteBuffer(bytes: try encoder.encode(value))
    }

    /// What a caller is told about JSON that does not fit.
    package static func describe(_ error: DecodingError) -> APIError {
        switch error {
        case .keyNotFound(let key, let context):
            let field = path(context.codingPath + [key])
            return .invalid("\(field) is missing", field: field)
        case .valueNotFound(_, let context):
            return invalid(context, "must not be null")
        case .typeMismatch(let type, let context):
            return invalid(context, "must be \(name(of: type))")
        case .dataCorrupted(let context):
            guard !context.codingPath.isEmpty else {
                return malformed(context)
            }
            return invalid(context, "is not valid: \(context.debugDescription)")
        @unknown default:
            return .badRequest("the body does not fit: \(error)")
        }
    }

    /// What is told about bytes that are no JSON, or hold a number that does not fit.
    ///
    /// FoundationEssentials tells where and why only in the description of an error it keeps to itself, such as
    /// `unexpectedCharacter(… line: 1, column: 5 …)`.
    private static func malformed(_ context: DecodingError.Context) -> APIError {
        let reason = context.underlyingError.map { String(describing: $0) } ?? ""
        if reason.hasPrefix("numberIsNotRepresentableInSwift") {
            let number = reason.split(separator: "\"").dropFirst().first ?? "a number"
            return misfit(number.prefix(40))
        }
        var message = "the body is not valid JSON"
        if let line = number(after: "line: ", in: reason), let column = number(after: "column: ", in: reason) {
            message += " at line \(line), column \(column)"
        } else if reason.hasPrefix("unexpectedEndOfFile") {
            message += ": it ends too early"
        }
        return APIError(status: 400, code: "malformed_json", message: message)
    }

    private static func number(after label: String, in text: String) -> Int? {
        guard let start = text.firstRange(of: label)?.upperBound else { return nil }
        return Int(text[start...].prefix { $0.isASCII && $0.isNumber })
    }

    private static func invalid(_ context: DecodingError.Context, _ problem: String) -> APIError {
        let field = path(context.codingPath)
        guard !field.isEmpty else { return .invalid("the body \(problem)") }
        return .invalid("\(field) \(problem)", field: field)
    }

    /// A coding path as people write it, `inputs[3].name`.
    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is Double.Type, is Float.Type: "a number"
        case is any BinaryInteger.Type: "a whole number in range"
        default:
            switch "\(type)" {
            case let name where name.hasPrefix("Array"): "an array"
            case let name where name.hasPrefix("Dictionary"): "an object"
            default: "of another type"
            }
        }
    }

    private static func checkNesting(_ bytes: UnsafeRawBufferPointer) throws {
        var depth = 0
        var isInString = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if isInString {
                switch byte {
                case UInt8(ascii: "\\"): index += 1
                case UInt8(ascii: "\""): isInString = false
                default: break
                }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "["), UInt8(ascii: "{"):
                    depth += 1
                    guard depth <= maximumDepth else {
                        throw APIError(
                            status: 400, code: "malformed_json",
                            message: "the body nests deeper than \(maximumDepth) levels at byte \(index)")
                    }
                case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
                case 0:
                    throw APIError(
                        status: 400, code: "malformed_json",
                        message: "the body has a NUL at byte \(index); JSON is sent as UTF-8")
                default: break
                }
            }
            index += 1
        }
    }
}

/// JSON of any shape, whatever the size of its numbers: decoding it tells only that it is JSON.
private struct AnyJSON: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() || (try? container.decode(Bool.self)) != nil { return }
        if (try? container.decode(Double.self)) != nil || (try? container.decode(String.self)) != nil { return }
        if (try? container.decode([AnyJSON].self)) != nil { return }
        _ = try container.decode([String: AnyJSON].self)
    }
}
