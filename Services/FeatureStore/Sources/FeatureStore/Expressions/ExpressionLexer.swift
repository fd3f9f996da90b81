/// Cuts an expression into words.
///
/// Texts stand in single quotes and names that are no plain words in double ones, each doubled inside; keywords are of
/// either case.
struct ExpressionLexer {
    private let characters: [Unicode.Scalar]
    private var index = 0

    static func tokens(_ text: String) throws(ExpressionFault) -> [ExpressionToken] {
        var lexer = ExpressionLexer(characters: Array(text.unicodeScalars))
        var tokens: [ExpressionToken] = []
        repeat { tokens.append(try lexer.next()) } while tokens.last?.kind != .end
        return tokens
    }

    private init(characters: [Unicode.Scalar]) { self.characters = characters }

    private mutating func next() throws(ExpressionFault) -> ExpressionToken {
        while index < characters.count, characters[index].properties.isWhitespace { index += 1 }
        let column = index + 1
        guard index < characters.count else { return ExpressionToken(kind: .end, column: column) }
        let first = characters[index]
        if first == "'" { return ExpressionToken(kind: .text(try quoted(first)), column: column) }
        if first == "\"" { return ExpressionToken(kind: .quotedName(try quoted(first)), column: column) }
        if Self.isDigit(first) || (first == "." && index + 1 < characters.count && Self.isDigit(characters[index + 1]))
        {
            return ExpressionToken(kind: try number(), column: column)
        }
        if Self.isLetter(first) {
            let word = take { Self.isLetter($0) || Self.isDigit($0) }
            let keyword = ExpressionToken.Keyword(rawValue: word.lowercased())
            return ExpressionToken(kind: keyword.map { .keyword($0) } ?? .name(word), column: column)
        }
        for symbol in ExpressionToken.Symbol.allCases {
            let written = Array(symbol.rawValue.unicodeScalars)
            if characters[index...].starts(with: written) {
                index += written.count
                return ExpressionToken(kind: .symbol(symbol), column: column)
            }
        }
        throw ExpressionFault(message: "'\(first)' is no part of an expression", column: column)
    }

    private mutating func quoted(_ quote: Unicode.Scalar) throws(ExpressionFault) -> String {
        let start = index
        var text = String.UnicodeScalarView()
        index += 1
        while index < characters.count {
            if characters[index] == quote {
                index += 1
                guard index < characters.count, characters[index] == quote else { return String(text) }
            }
            text.append(characters[index])
            index += 1
        }
        throw ExpressionFault(message: "the \(quote) that begins here does not end", column: start + 1)
    }

    private mutating func number() throws(ExpressionFault) -> ExpressionToken.Kind {
        let start = index
        var text = take(Self.isDigit)
        var isWhole = true
        if index < characters.count, characters[index] == "." {
            index += 1
            isWhole = false
            text += "." + take(Self.isDigit)
        }
        if index < characters.count, characters[index] == "e" || characters[index] == "E" {
            index += 1
            isWhole = false
            text += "e"
            if index < characters.count, characters[index] == "+" || characters[index] == "-" {
                text.unicodeScalars.append(characters[index])
                index += 1
            }
            text += take(Self.isDigit)
        }
        if index < characters.count, Self.isLetter(characters[index]) {
            throw ExpressionFault(message: "a letter follows the number \(text)", column: index + 1)
        }
        if isWhole {
            guard let number = UInt64(text) else {
                throw ExpressionFault(message: "\(text.prefix(40)) does not fit int64", column: start + 1)
            }
            return .integer(number)
        }
        // `1.` and `.5` are numbers in SQL; Swift wants digits on both sides.
        let number = Double(
            (text.hasPrefix(".") ? "0" : "") + text.replacing(".e", with: ".0e") + (text.hasSuffix(".") ? "0" : ""))
        guard let number, number.isFinite else {
            throw ExpressionFault(message: "\(text.prefix(40)) is no number", column: start + 1)
        }
        return .decimal(number)
    }

    private mutating func take(_ isPart: (Unicode.Scalar) -> Bool) -> String {
        var text = String.UnicodeScalarView()
        while index < characters.count, isPart(characters[index]) {
            text.append(characters[index])
            index += 1
        }
        return String(text)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
    }
}
