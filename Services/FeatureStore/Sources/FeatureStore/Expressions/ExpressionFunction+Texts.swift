extension ExpressionFunction {
    /// Lengths and places count code points.
    static let texts: [ExpressionFunction] = [
        ExpressionFunction("length(text)", [.text], .int) { values, _ in
            guard case .text(let text) = values[0] else { return .null }
            return .int(Int64(text.unicodeScalars.count))
        },
        text("lower") { $0.lowercased() }, text("upper") { $0.uppercased() },
        // Spaces only, as in SQL.
        text("trim") { text in
            let scalars = text.unicodeScalars.drop { $0 == " " }
            guard let last = scalars.lastIndex(where: { $0 != " " }) else { return "" }
            return String(String.UnicodeScalarView(scalars[...last]))
        },
        // From `start`, which is 1 for the first; what lies outside of the text is passed over.
        ExpressionFunction("substr(text, start[, count])", [.text, .int, .int], optional: 1, .text) { values, _ in
            guard case .text(let text) = values[0], case .int(let start) = values[1] else { return .null }
            var end = Int64.max
            if values.count == 3 {
                guard case .int(let count) = values[2], count >= 0 else { return .null }
                let (sum, overflow) = start.addingReportingOverflow(count)
                end = overflow ? .max : sum
            }
            guard end > 1 else { return .text("") }
            let rest = text.unicodeScalars.dropFirst(Int(max(start, 1) - 1))
            return .text(String(String.UnicodeScalarView(rest.prefix(Int(max(end - max(start, 1), 0))))))
        },
        ExpressionFunction("replace(text, old, new)", [.text, .text, .text], .text) { values, _ in
            guard case .text(let text) = values[0], case .text(let old) = values[1], case .text(let new) = values[2]
            else { return .null }
            return replaced(Array(text.utf8), Array(old.utf8), Array(new.utf8))
        },
        test("contains") { text, part in
            part.isEmpty || text.indices.contains { text[$0...].starts(with: part) }
        },
        test("starts_with") { $0.starts(with: $1) },
        test("ends_with") { $0.count >= $1.count && $0.suffix($1.count).elementsEqual($1) },
    ]

    private static func text(_ name: String, _ function: @escaping @Sendable (String) -> String) -> ExpressionFunction {
        ExpressionFunction("\(name)(text)", [.text], .text) { values, _ in
            guard case .text(let text) = values[0] else { return .null }
            return .text(function(text))
        }
    }

    private static func test(
        _ name: String, _ function: @escaping @Sendable ([UInt8], [UInt8]) -> Bool
    ) -> ExpressionFunction {
        ExpressionFunction("\(name)(text, part)", [.text, .text], .bool) { values, _ in
            guard case .text(let text) = values[0], case .text(let part) = values[1] else { return .null }
            return .bool(function(Array(text.utf8), Array(part.utf8)))
        }
    }

    private static func replaced(_ text: [UInt8], _ old: [UInt8], _ new: [UInt8]) -> Value {
        guard !old.isEmpty else { return .text(String(decoding: text, as: UTF8.self)) }
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index...].starts(with: old) {
                result += new
                index += old.count
            } else {
                result.append(text[index])
                index += 1
            }
            guard result.count <= ExpressionProgram.maxText else { return .null }
        }
        return .text(String(decoding: result, as: UTF8.self))
    }
}
