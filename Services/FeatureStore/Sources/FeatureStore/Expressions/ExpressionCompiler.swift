/// Checks the types of an expression and makes it a program.
///
/// Null goes through operators and functions as in SQL. What has no value (a division by zero, a sum beyond 64 bits, a
/// float64 that is not finite, a text that is no number) is null, too.
struct ExpressionCompiler<Scope: ExpressionScope> {
    var scope: Scope

    mutating func program(_ expression: Expression) throws(ExpressionFault) -> ExpressionProgram {
        switch expression.node {
        case .literal(let value, let type): return ExpressionProgram(type) { _ in value }
        case .field(let name):
            let (slot, type) = try scope.field(name, expression.column)
            return ExpressionProgram(type) { $0.slots[slot] }
        case .feature(let reference):
            let (slot, type) = try scope.feature(reference, expression.column)
            return ExpressionProgram(type) { $0.slots[slot] }
        case .negation(let part):
            let operand = try numeric(part, "-")
            return ExpressionProgram(operand.type) { Arithmetic.minus(.int(0), operand.evaluate($0)) }
        case .not(let part):
            let operand = try boolean(part, "NOT")
            return ExpressionProgram(.bool) { frame in
                guard case .bool(let flag) = operand.evaluate(frame) else { return .null }
                return .bool(!flag)
            }
        case .binary(let name, let left, let right): return try binary(name, left, right, expression.column)
        case .isNull(let part):
            let operand = try program(part)
            return ExpressionProgram(.bool) { .bool(operand.evaluate($0) == .null) }
        case .isIn(let part, let list): return try isIn(part, list)
        case .choice(let cases, let otherwise): return try choice(cases, otherwise)
        case .cast(let part, let type):
            let operand = try program(part)
            guard let conversion = Cast.from(operand.type, to: type) else {
                throw ExpressionFault(message: "\(operand.type) cannot be cast to \(type)", column: expression.column)
            }
            return ExpressionProgram(type) { conversion(operand.evaluate($0)) }
        case .call(let name, let parts): return try call(name, parts, expression.column)
        }
    }

    // MARK: - Operators

    private mutating func numeric(_ part: Expression, _ name: String) throws(ExpressionFault) -> ExpressionProgram {
        let operand = try program(part)
        guard operand.type.isNumber || operand.type == .null else {
            let hint =
                operand.type == .timestamp || operand.type == .date
                ? "; times are computed with add_days, add_seconds, days_between and seconds_between" : ""
            throw ExpressionFault(message: "\(name) takes numbers, not \(operand.type)\(hint)", column: part.column)
        }
        return operand
    }

    private mutating func boolean(_ part: Expression, _ name: String) throws(ExpressionFault) -> ExpressionProgram {
        let operand = try program(part)
        guard operand.type == .bool || operand.type == .null else {
            throw ExpressionFault(message: "\(name) takes bool, not \(operand.type)", column: part.column)
        }
        return operand
    }

    private mutating func binary(
        _ name: Expression.BinaryOperator, _ leftPart: Expression, _ rightPart: Expression, _ column: Int
    ) throws(ExpressionFault) -> ExpressionProgram {
        switch name {
        case .or, .and:
            let left = try boolean(leftPart, name.rawValue)
            let right = try boolean(rightPart, name.rawValue)
            // Three-valued: what one operand decides alone does not depend on the other's being null.
            let decisive = Value.bool(name == .or)
            return ExpressionProgram(.bool) { frame in
                let first = left.evaluate(frame)
                if first == decisive { return first }
                let second = right.evaluate(frame)
                return second == decisive || first != .null ? second : .null
            }
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
            let left = try program(leftPart)
            let right = try program(rightPart)
            guard left.type.joined(with: right.type) != nil else {
                throw ExpressionFault(
                    message: "\(left.type) and \(right.type) cannot be compared\(Self.hint(left.type, right.type))",
                    column: column)
            }
            let holds = Comparison.predicate(name)
            return ExpressionProgram(.bool) { frame in
                Comparison.order(left.evaluate(frame), right.evaluate(frame)).map { .bool(holds($0)) } ?? .null
            }
        case .concatenation:
            let left = try text(leftPart, name.rawValue)
            let right = try text(rightPart, name.rawValue)
            return ExpressionProgram(.text) { frame in
                guard case .text(let first) = left.evaluate(frame), case .text(let second) = right.evaluate(frame),
                    first.utf8.count + second.utf8.count <= ExpressionProgram.maxText
                else { return .null }
                return .text(first + second)
            }
        case .plus, .minus, .times, .over, .modulo:
            let left = try numeric(leftPart, name.rawValue)
            let right = try numeric(rightPart, name.rawValue)
            let operation = Arithmetic.operation(name)
            return ExpressionProgram(left.type.joined(with: right.type) ?? .float) { frame in
                operation(left.evaluate(frame), right.evaluate(frame))
            }
        }
    }

    private mutating func text(_ part: Expression, _ name: String) throws(ExpressionFault) -> ExpressionProgram {
        let operand = try program(part)
        guard operand.type == .text || operand.type == .null else {
            throw ExpressionFault(
                message: "\(name) takes string, not \(operand.type); write CAST(… AS string)", column: part.column)
        }
        return operand
    }

    private static func hint(_ left: ExpressionType, _ right: ExpressionType) -> String {
        Set([left, right]) == [.date, .timestamp]
            ? "; write CAST(… AS date)" : left == .text || right == .text ? "; write CAST" : ""
    }

    private mutating func isIn(_ part: Expression, _ list: [Expression]) throws(ExpressionFault) -> ExpressionProgram {
        let operand = try program(part)
        var candidates: [ExpressionProgram] = []
        for part in list {
            let candidate = try program(part)
            guard operand.type.joined(with: candidate.type) != nil else {
                throw ExpressionFault(
                    message: "\(operand.type) and \(candidate.type) cannot be compared", column: part.column)
            }
            candidates.append(candidate)
        }
        return ExpressionProgram(.bool) { [candidates] frame in
            let value = operand.evaluate(frame)
            var isUnknown = false
            for candidate in candidates {
                guard let order = Comparison.order(value, candidate.evaluate(frame)) else {
                    isUnknown = true
                    continue
                }
                if order == .same { return .bool(true) }
            }
            return isUnknown ? .null : .bool(false)
        }
    }

    private mutating func choice(
        _ cases: [(condition: Expression, value: Expression)], _ otherwise: Expression
    ) throws(ExpressionFault) -> ExpressionProgram {
        var conditions: [ExpressionProgram] = []
        for part in cases { conditions.append(try boolean(part.condition, "WHEN")) }
        let values = try joined(cases.map(\.value) + [otherwise], "CASE")
        return ExpressionProgram(values[0].type) { [conditions] frame in
            let index = conditions.firstIndex { $0.evaluate(frame) == .bool(true) } ?? values.count - 1
            return values[index].evaluate(frame)
        }
    }

    /// Parts of one type, widened to it.
    mutating func joined(_ parts: [Expression], _ name: String) throws(ExpressionFault) -> [ExpressionProgram] {
        var programs: [ExpressionProgram] = []
        var type = ExpressionType.null
        for part in parts {
            let program = try program(part)
            guard let common = type.joined(with: program.type) else {
                throw ExpressionFault(message: "\(name) has \(type) and \(program.type)", column: part.column)
            }
            type = common
            programs.append(program)
        }
        return programs.map { $0.widened(to: type) }
    }

    // MARK: - Functions

    private mutating func call(
        _ name: String, _ parts: [Expression], _ column: Int
    ) throws(ExpressionFault) -> ExpressionProgram {
        func takes(_ isTaken: Bool, _ signature: String) throws(ExpressionFault) {
            guard isTaken else {
                throw ExpressionFault(
                    message: "\(signature) is called with \(parts.count) argument\(parts.count == 1 ? "" : "s")",
                    column: column)
            }
        }
        switch name {
        case "now":
            try takes(parts.isEmpty, "now()")
            return ExpressionProgram(.timestamp) { .int($0.now.microseconds) }
        case "coalesce":
            try takes(!parts.isEmpty, "coalesce(value, …)")
            let values = try joined(parts, name)
            return ExpressionProgram(values[0].type) { frame in
                for value in values {
                    let found = value.evaluate(frame)
                    if found != .null { return found }
                }
                return .null
            }
        case "nullif":
            try takes(parts.count == 2, "nullif(value, other)")
            let values = try joined(parts, name)
            return ExpressionProgram(values[0].type) { frame in
                let value = values[0].evaluate(frame)
                return Comparison.order(value, values[1].evaluate(frame)) == .same ? .null : value
            }
        case "if":
            try takes(parts.count == 3, "if(condition, value, otherwise)")
            return try choice([(parts[0], parts[1])], parts[2])
        case "least", "greatest":
            try takes(!parts.isEmpty, "\(name)(value, …)")
            let values = try joined(parts, name)
            let wanted: Comparison.Order = name == "least" ? .before : .after
            return ExpressionProgram(values[0].type) { frame in
                var best = values[0].evaluate(frame)
                for value in values.dropFirst() {
                    let other = value.evaluate(frame)
                    guard let order = Comparison.order(other, best) else { return .null }
                    if order == wanted { best = other }
                }
                return best
            }
        default: return try function(name, parts, column)
        }
    }

    private mutating func function(
        _ name: String, _ parts: [Expression], _ column: Int
    ) throws(ExpressionFault) -> ExpressionProgram {
        guard let function = ExpressionFunction.all[name] else {
            let known = ExpressionFunction.names.joined(separator: ", ")
            throw ExpressionFault(
                message: "there is no function \(name.prefix(100)); there are \(known)", column: column)
        }
        guard function.counts.contains(parts.count) else {
            throw ExpressionFault(
                message: "\(function.signature) is called with \(parts.count) argument\(parts.count == 1 ? "" : "s")",
                column: column)
        }
        var arguments: [ExpressionProgram] = []
        for (part, parameter) in zip(parts, function.parameters) {
            let argument = try program(part)
            guard let fitted = parameter.fitted(argument) else {
                throw ExpressionFault(
                    message: "\(function.signature) takes \(parameter.rawValue) here, not \(argument.type)",
                    column: part.column)
            }
            arguments.append(fitted)
        }
        let types = arguments.map(\.type)
        let body = function.body
        return ExpressionProgram(function.result ?? types[0]) { [arguments] frame in
            var values: [Value] = []
            values.reserveCapacity(arguments.count)
            for argument in arguments {
                let value = argument.evaluate(frame)
                if value == .null { return .null }
                values.append(value)
            }
            return body(values, types)
        }
    }
}
