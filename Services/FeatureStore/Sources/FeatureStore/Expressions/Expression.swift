/// A parsed expression: what it computes, and the column where it is written.
struct Expression: Sendable {
    indirect enum Node: Sendable {
        case literal(Value, ExpressionType)
        /// A field of the request.
        case field(String)
        /// A feature of a view.
        case feature(FeatureReference)
        case negation(Expression)
        case not(Expression)
        case binary(BinaryOperator, Expression, Expression)
        case isNull(Expression)
        case isIn(Expression, [Expression])
        case choice([(condition: Expression, value: Expression)], otherwise: Expression)
        case cast(Expression, ExpressionType)
        case call(String, [Expression])
    }

    enum BinaryOperator: String, Sendable {
        case or = "OR"
        case and = "AND"
        case equal = "="
        case notEqual = "<>"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case concatenation = "||"
        case plus = "+"
        case minus = "-"
        case times = "*"
        case over = "/"
        case modulo = "%"
    }

    /// Bytes of one expression.
    static let maxLength = 4096
    /// Parts within parts, parentheses included.
    static let maxDepth = 64

    var node: Node
    var column: Int
    /// Of the parts below it.
    var depth: Int

    init(_ node: Node, column: Int, over parts: [Expression] = []) {
        self.node = node
        self.column = column
        depth = (parts.map(\.depth).max() ?? 0) + 1
    }
}

extension Expression {
    /// The features that are named, in order, without repetition.
    var references: [FeatureReference] {
        var found: [FeatureReference] = []
        visit { node in
            if case .feature(let reference) = node, !found.contains(reference) { found.append(reference) }
        }
        return found
    }

    private func visit(_ body: (Node) -> Void) {
        body(node)
        switch node {
        case .literal, .field, .feature: break
        case .negation(let part), .not(let part), .isNull(let part), .cast(let part, _): part.visit(body)
        case .binary(_, let left, let right):
            left.visit(body)
            right.visit(body)
        case .isIn(let part, let list):
            part.visit(body)
            for part in list { part.visit(body) }
        case .choice(let cases, let otherwise):
            for part in cases {
                part.condition.visit(body)
                part.value.visit(body)
            }
            otherwise.visit(body)
        case .call(_, let parts): for part in parts { part.visit(body) }
        }
    }
}
