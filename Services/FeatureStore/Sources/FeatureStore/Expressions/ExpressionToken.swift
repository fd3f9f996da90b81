/// A word of the expression language, and the column where it begins.
struct ExpressionToken: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        /// The magnitude; a sign is an operator.
        case integer(UInt64)
        case decimal(Double)
        case text(String)
        case name(String)
        /// A name in double quotes: never a keyword or a function.
        case quotedName(String)
        case keyword(Keyword)
        case symbol(Symbol)
        case end
    }

    enum Keyword: String, CaseIterable, Sendable {
        case and, or, not, null, `true`, `false`, `is`, `in`, between, `case`, when, then, `else`, end, cast, `as`
    }

    enum Symbol: String, CaseIterable, Sendable {
        // Longer ones first: the lexer takes the first that fits.
        case notEqual = "<>"
        case notEqualToo = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case concatenation = "||"
        case equal = "="
        case less = "<"
        case greater = ">"
        case plus = "+"
        case minus = "-"
        case times = "*"
        case over = "/"
        case modulo = "%"
        case open = "("
        case close = ")"
        case comma = ","
        case colon = ":"
        case at = "@"
    }

    var kind: Kind
    var column: Int

    /// As a message names it.
    var text: String {
        switch kind {
        case .integer(let number): String(number)
        case .decimal(let number): number.description
        case .text(let text): "'\(text.prefix(40))'"
        case .name(let name), .quotedName(let name): String(name.prefix(100))
        case .keyword(let word): word.rawValue.uppercased()
        case .symbol(let symbol): "'\(symbol.rawValue)'"
        case .end: "the end"
        }
    }
}
