/// Reads an expression: SQL's operators and precedence, without statements, sub-queries or loops.
struct ExpressionParser {
    private let tokens: [ExpressionToken]
    private var index = 0
    private var nesting = 0

    static func parse(_ text: String) throws(ExpressionFault) -> Expression {
        guard text.utf8.count <= Expression.maxLength else {
            throw ExpressionFault(message: "it is longer than \(Expression.maxLength) bytes", column: 1)
        }
        var parser = ExpressionParser(tokens: try ExpressionLexer.tokens(text))
        let expression = try parser.expression()
        guard parser.next.kind == .end else { throw parser.unexpected("an operator or the end") }
        return expression
    }

    private init(tokens: [ExpressionToken]) { self.tokens = tokens }

    private var next: ExpressionToken { tokens[index] }

    private func unexpected(_ expected: String) -> ExpressionFault {
        ExpressionFault(message: "expected \(expected), not \(next.text)", column: next.column)
    }

    @discardableResult
    private mutating func take() -> ExpressionToken {
        defer { if index < tokens.count - 1 { index += 1 } }
        return tokens[index]
    }

    private mutating func take(_ symbol: ExpressionToken.Symbol) -> Bool {
        guard next.kind == .symbol(symbol) else { return false }
        take()
        return true
    }

    private mutating func take(_ keyword: ExpressionToken.Keyword) -> Bool {
        guard next.kind == .keyword(keyword) else { return false }
        take()
        return true
    }

    private mutating func expect(_ symbol: ExpressionToken.Symbol) throws(ExpressionFault) {
        guard take(symbol) else { throw unexpected("'\(symbol.rawValue)'") }
    }

    private mutating func expect(_ keyword: ExpressionToken.Keyword) throws(ExpressionFault) {
        guard take(keyword) else { throw unexpected(keyword.rawValue.uppercased()) }
    }

    private func checked(_ expression: Expression) throws(ExpressionFault) -> Expression {
        guard expression.depth <= Expression.maxDepth else {
            throw ExpressionFault(
                message: "it is more than \(Expression.maxDepth) parts deep", column: expression.column)
        }
        return expression
    }

    // MARK: - Operators

    private enum Precedence {
        static let or = 1
        static let and = 2
        static let not = 3
        static let comparison = 4
        static let concatenation = 5
        static let sum = 6
        static let product = 7
        static let sign = 8
    }

    private static func infix(
        _ kind: ExpressionToken.Kind
    ) -> (operator: Expression.BinaryOperator, precedence: Int)? {
        switch kind {
        case .keyword(.or): (.or, Precedence.or)
        case .keyword(.and): (.and, Precedence.and)
        case .symbol(.equal): (.equal, Precedence.comparison)
        case .symbol(.notEqual), .symbol(.notEqualToo): (.notEqual, Precedence.comparison)
        case .symbol(.less): (.less, Precedence.comparison)
        case .symbol(.lessOrEqual): (.lessOrEqual, Precedence.comparison)
        case .symbol(.greater): (.greater, Precedence.comparison)
        case .symbol(.greaterOrEqual): (.greaterOrEqual, Precedence.comparison)
        case .symbol(.concatenation): (.concatenation, Precedence.concatenation)
        case .symbol(.plus): (.plus, Precedence.sum)
        case .symbol(.minus): (.minus, Precedence.sum)
        case .symbol(.times): (.times, Precedence.product)
        case .symbol(.over): (.over, Precedence.product)
        case .symbol(.modulo): (.modulo, Precedence.product)
        default: nil
        }
    }

    /// An expression whose operators bind at least as tightly as `least`.
    private mutating func expression(_ least: Int = Precedence.or) throws(ExpressionFault) -> Expression {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Expression.maxDepth else {
            throw ExpressionFault(message: "it is more than \(Expression.maxDepth) parts deep", column: next.column)
        }
        var left = try prefixed()
        while true {
            let column = next.column
            if let (name, precedence) = Self.infix(next.kind) {
                guard precedence >= least else { return left }
                take()
                let right = try expression(precedence + 1)
                left = try checked(Expression(.binary(name, left, right), column: column, over: [left, right]))
                if precedence == Precedence.comparison { try refuseChain() }
            } else if least <= Precedence.comparison, let predicate = try predicate(of: left) {
                left = try checked(predicate)
                try refuseChain()
            } else {
                return left
            }
        }
    }

    /// `a < b < c` means something else in every language.
    private func refuseChain() throws(ExpressionFault) {
        if let (_, precedence) = Self.infix(next.kind), precedence == Precedence.comparison {
            throw ExpressionFault(
                message: "comparisons follow each other; write AND, or parentheses", column: next.column)
        }
    }

    /// `IS [NOT] NULL`, `[NOT] IN (…)`, `[NOT] BETWEEN … AND …` behind an operand; nil where there is none.
    private mutating func predicate(of operand: Expression) throws(ExpressionFault) -> Expression? {
        let column = next.column
        var isNegated = false
        let found: Expression
        if take(.is) {
            isNegated = take(.not)
            try expect(.null)
            found = Expression(.isNull(operand), column: column, over: [operand])
        } else {
            if next.kind == .keyword(.not) {
                let after = tokens[min(index + 1, tokens.count - 1)].kind
                guard after == .keyword(.in) || after == .keyword(.between) else { return nil }
                take()
                isNegated = true
            }
            if take(.in) {
                try expect(.open)
                let list = try arguments()
                guard !list.isEmpty else { throw unexpected("a value") }
                found = Expression(.isIn(operand, list), column: column, over: [operand] + list)
            } else if take(.between) {
                let low = try expression(Precedence.concatenation)
                try expect(.and)
                let high = try expression(Precedence.concatenation)
                let lower = Expression(.binary(.greaterOrEqual, operand, low), column: column, over: [operand, low])
                let upper = Expression(.binary(.lessOrEqual, operand, high), column: column, over: [operand, high])
                found = Expression(.binary(.and, lower, upper), column: column, over: [lower, upper])
            } else {
                return nil
            }
        }
        return isNegated ? Expression(.not(found), column: column, over: [found]) : found
    }

    private mutating func prefixed() throws(ExpressionFault) -> Expression {
        let column = next.column
        if take(.not) {
            let part = try expression(Precedence.not)
            return try checked(Expression(.not(part), column: column, over: [part]))
        }
        if take(.minus) {
            // The least whole number has no positive one.
            if case .integer(let magnitude) = next.kind {
                take()
                guard magnitude <= UInt64(Int64.max) + 1 else {
                    throw ExpressionFault(message: "-\(magnitude) does not fit int64", column: column)
                }
                return Expression(.literal(.int(Int64(truncatingIfNeeded: 0 &- magnitude)), .int), column: column)
            }
            let part = try expression(Precedence.sign)
            return try checked(Expression(.negation(part), column: column, over: [part]))
        }
        if take(.plus) { return try expression(Precedence.sign) }
        return try primary()
    }

    // MARK: - Operands

    private mutating func primary() throws(ExpressionFault) -> Expression {
        let token = take()
        switch token.kind {
        case .integer(let number):
            guard let whole = Int64(exactly: number) else {
                throw ExpressionFault(message: "\(number) does not fit int64", column: token.column)
            }
            return Expression(.literal(.int(whole), .int), column: token.column)
        case .decimal(let number): return Expression(.literal(.double(number), .float), column: token.column)
        case .text(let text): return Expression(.literal(.text(text), .text), column: token.column)
        case .keyword(.null): return Expression(.literal(.null, .null), column: token.column)
        case .keyword(.true): return Expression(.literal(.bool(true), .bool), column: token.column)
        case .keyword(.false): return Expression(.literal(.bool(false), .bool), column: token.column)
        case .keyword(.case): return try choice(token.column)
        case .keyword(.cast): return try cast(token.column)
        case .symbol(.open):
            let inner = try expression()
            try expect(.close)
            return inner
        case .name(let name) where next.kind == .symbol(.open):
            take()
            let parts = try arguments()
            return try checked(Expression(.call(name.lowercased(), parts), column: token.column, over: parts))
        case .name(let name):
            // `DATE '2026-01-31'`, `TIMESTAMP '2026-01-31T12:00:00Z'`.
            if case .text(let text) = next.kind, let type = Self.literalType(name) {
                take()
                return try literal(text, type, token.column)
            }
            return try reference(name, token.column)
        case .quotedName(let name): return try reference(name, token.column)
        default:
            index -= token.kind == .end ? 0 : 1
            throw unexpected("a value")
        }
    }

    private static func literalType(_ name: String) -> ExpressionType? {
        switch name.lowercased() {
        case "date": .date
        case "timestamp": .timestamp
        default: nil
        }
    }

    private func literal(
        _ text: String, _ type: ExpressionType, _ column: Int
    ) throws(ExpressionFault) -> Expression {
        let number =
            type == .date ? CivilDate(text)?.daysSinceEpoch : Timestamp(rfc3339: text)?.microseconds
        guard let number else {
            let example = type == .date ? "2026-01-31" : "2026-01-31T12:00:00Z"
            throw ExpressionFault(
                message: "a \(type) is written '\(example)', not '\(text.prefix(40))'", column: column)
        }
        return Expression(.literal(.int(number), type), column: column)
    }

    /// `field`, `view:feature` or `view@v2:feature`.
    private mutating func reference(_ name: String, _ column: Int) throws(ExpressionFault) -> Expression {
        var view = name
        if take(.at) {
            guard case .name(let version) = next.kind else { throw unexpected("a version such as v2") }
            take()
            view += "@" + version
            guard next.kind == .symbol(.colon) else { throw unexpected("':' and a feature") }
        }
        guard take(.colon) else { return Expression(.field(name), column: column) }
        let feature: String
        switch next.kind {
        case .name(let name), .quotedName(let name): feature = name
        default: throw unexpected("a feature's name")
        }
        take()
        guard let reference = FeatureReference("\(view):\(feature)") else {
            throw ExpressionFault(message: "'\(view):\(feature)' names no feature", column: column)
        }
        return Expression(.feature(reference), column: column)
    }

    /// The arguments after an opening parenthesis, and the closing one.
    private mutating func arguments() throws(ExpressionFault) -> [Expression] {
        var parts: [Expression] = []
        if take(.close) { return parts }
        repeat { parts.append(try expression()) } while take(.comma)
        try expect(.close)
        return parts
    }

    /// `CASE WHEN … THEN … [ELSE …] END`.
    private mutating func choice(_ column: Int) throws(ExpressionFault) -> Expression {
        var cases: [(condition: Expression, value: Expression)] = []
        while take(.when) {
            let condition = try expression()
            try expect(.then)
            cases.append((condition, try expression()))
        }
        guard !cases.isEmpty else { throw unexpected("WHEN") }
        let otherwise = take(.else) ? try expression() : Expression(.literal(.null, .null), column: next.column)
        try expect(.end)
        return try checked(
            Expression(
                .choice(cases, otherwise: otherwise), column: column,
                over: cases.map(\.condition) + cases.map(\.value) + [otherwise]))
    }

    /// `CAST(… AS type)`.
    private mutating func cast(_ column: Int) throws(ExpressionFault) -> Expression {
        try expect(.open)
        let part = try expression()
        try expect(.as)
        let types: [String: ExpressionType] = [
            "bool": .bool, "int64": .int, "float64": .float, "string": .text, "timestamp": .timestamp, "date": .date,
        ]
        guard case .name(let name) = next.kind, let type = types[name.lowercased()] else {
            throw unexpected("one of \(types.keys.sorted().joined(separator: ", "))")
        }
        take()
        try expect(.close)
        return try checked(Expression(.cast(part, type), column: column, over: [part]))
    }
}
