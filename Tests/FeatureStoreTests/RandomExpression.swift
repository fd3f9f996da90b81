/// Random well-typed expressions that read the same in SQLite's dialect.
///
/// Numbers stay small, because SQLite goes on in floating point where a sum overflows; texts are ASCII, beyond which its
/// `lower` and `upper` do not look. Nothing is replaced by null, which SQLite passes over where the old text is empty.
struct RandomExpression {
    enum Kind: CaseIterable { case int, float, text, bool }

    static let fields: [(name: String, type: String, kind: Kind)] = [
        ("a", "int64", .int), ("b", "int64", .int), ("x", "float64", .float), ("y", "float64", .float),
        ("s", "string", .text), ("t", "string", .text), ("p", "bool", .bool), ("q", "bool", .bool),
    ]

    var random: SplitMix

    mutating func text(_ kind: Kind, depth: Int) -> String {
        guard depth > 0 else { return leaf(kind) }
        let (next, isLeaf) = (depth - 1, Int.random(in: 0..<5, using: &random) == 0)
        if isLeaf { return leaf(kind) }
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            let condition = text(.bool, depth: next)
            return "CASE WHEN \(condition) THEN \(text(kind, depth: next)) ELSE \(text(kind, depth: next)) END"
        case 1 where Bool.random(using: &random):
            return "\(pick(["coalesce", "nullif"]))(\(text(kind, depth: next)), \(text(kind, depth: next)))"
        default: break
        }
        switch kind {
        case .int: return int(next)
        case .float: return float(next)
        case .text: return string(next)
        case .bool: return bool(next)
        }
    }

    private mutating func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &random)] }

    private mutating func leaf(_ kind: Kind) -> String {
        if Int.random(in: 0..<3, using: &random) > 0 {
            return pick(Self.fields.filter { $0.kind == kind }.map(\.name))
        }
        return switch kind {
        case .int: String(Int.random(in: 0...9, using: &random))
        case .float: pick(["0.5", "2.25", "1e1", "0.0", "3."])
        case .text: pick(["''", "'ab'", "'it''s'", "'B'"])
        case .bool: pick(["TRUE", "false", "a IS NULL", "s IS NOT NULL"])
        }
    }

    private mutating func int(_ depth: Int) -> String {
        switch Int.random(in: 0..<8, using: &random) {
        // Without parentheses, so that precedence is compared, too.
        case 0: "(\(leaf(.int)) \(pick(["+", "-"])) \(leaf(.int)) * \(leaf(.int)) \(pick(["+", "-"])) \(leaf(.int)))"
        case 1: "(\(leaf(.int)) \(pick(["/", "%", "*"])) \(leaf(.int)) \(pick(["/", "%", "*"])) \(leaf(.int)))"
        case 2: "abs(\(text(.int, depth: depth)))"
        case 3: "length(\(text(.text, depth: depth)))"
        case 4: "(-\(leaf(.int)))"
        case 5: "CAST(\(text(.float, depth: depth)) AS int64)"
        case 6: "\(pick(["least", "greatest"]))(\(text(.int, depth: depth)), \(text(.int, depth: depth)))"
        default: "(\(text(.int, depth: depth)) \(pick(["+", "-", "/", "%"])) \(text(.int, depth: depth)))"
        }
    }

    private mutating func float(_ depth: Int) -> String {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: "(\(text(.float, depth: depth)) \(pick(["+", "-", "*", "/"])) \(text(.int, depth: depth)))"
        case 1: "abs(\(text(.float, depth: depth)))"
        case 2: "CAST(\(text(.int, depth: depth)) AS float64)"
        case 3: "round(\(leaf(.float)))"
        default: "(\(text(.float, depth: depth)) \(pick(["+", "-", "*", "/"])) \(text(.float, depth: depth)))"
        }
    }

    private mutating func string(_ depth: Int) -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: "\(pick(["lower", "upper", "trim"]))(\(text(.text, depth: depth)))"
        case 1:
            "substr(\(text(.text, depth: depth)), \(Int.random(in: 1...4, using: &random)), \(Int.random(in: 0...3, using: &random)))"
        case 2: "replace(\(text(.text, depth: depth)), \(leaf(.text)), coalesce(\(leaf(.text)), 'n'))"
        default: "(\(leaf(.text)) || \(text(.text, depth: depth)))"
        }
    }

    private mutating func bool(_ depth: Int) -> String {
        let kind = pick([Kind.int, .float, .text])
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return "(\(leaf(.bool)) AND \(leaf(.bool)) OR NOT \(leaf(.bool)) AND \(leaf(.bool)))"
        case 1: return "(NOT \(text(.bool, depth: depth)))"
        case 2:
            return "(\(text(kind, depth: depth)) \(pick(["", "NOT "]))IN (\(leaf(kind)), \(leaf(kind)), \(leaf(kind))))"
        case 3:
            return "(\(text(kind, depth: depth)) \(pick(["", "NOT "]))BETWEEN \(leaf(kind)) AND \(leaf(kind)))"
        case 4: return "(\(text(.int, depth: depth)) \(pick(["<", ">=", "=", "<>"])) \(text(.float, depth: depth)))"
        case 5: return "(\(text(kind, depth: depth)) IS \(pick(["", "NOT "]))NULL)"
        case 6: return "(\(text(.bool, depth: depth)) \(pick(["AND", "OR"])) \(text(.bool, depth: depth)))"
        default:
            let comparison = pick(["=", "<>", "!=", "<", "<=", ">", ">="])
            return "(\(text(kind, depth: depth)) \(comparison) \(text(kind, depth: depth)))"
        }
    }
}
