import FoundationEssentials

#if canImport(Glibc)
import Glibc
#endif

extension ExpressionFunction {
    static let numbers: [ExpressionFunction] = [
        ExpressionFunction("abs(number)", [.number], nil) { values, _ in
            switch values[0] {
            case .int(let number): number == .min ? .null : .int(abs(number))
            case .double(let number): .double(abs(number))
            default: .null
            }
        },
        ExpressionFunction("sign(number)", [.number], .int) { values, _ in
            switch values[0] {
            case .int(let number): .int(number.signum())
            case .double(let number): .int(number > 0 ? 1 : number < 0 ? -1 : 0)
            default: .null
            }
        },
        rounding("floor", .down), rounding("ceil", .up),
        // Halves away from zero.
        ExpressionFunction("round(number[, digits])", [.number, .int], optional: 1, nil) { values, _ in
            guard case .double(let number) = values[0] else { return values[0] }
            guard values.count == 2, case .int(let digits) = values[1], digits != 0 else {
                return .double(number.rounded(.toNearestOrAwayFromZero))
            }
            guard (0...15).contains(digits) else { return .null }
            let scale = pow(10, Double(digits))
            let scaled = number * scale
            return scaled.isFinite ? .double(scaled.rounded(.toNearestOrAwayFromZero) / scale) : .double(number)
        },
        float("sqrt") { $0.squareRoot() }, float("exp", exp), float("ln", log), float("log10", log10),
        ExpressionFunction("power(base, exponent)", [.float, .float], .float) { values, _ in
            guard case .double(let base) = values[0], case .double(let exponent) = values[1] else { return .null }
            return Arithmetic.finite(pow(base, exponent))
        },
    ]

    private static func rounding(_ name: String, _ rule: FloatingPointRoundingRule) -> ExpressionFunction {
        ExpressionFunction("\(name)(number)", [.number], nil) { values, _ in
            guard case .double(let number) = values[0] else { return values[0] }
            return .double(number.rounded(rule))
        }
    }

    private static func float(
        _ name: String, _ function: @escaping @Sendable (Double) -> Double
    ) -> ExpressionFunction {
        ExpressionFunction("\(name)(number)", [.float], .float) { values, _ in
            guard case .double(let number) = values[0] else { return .null }
            return Arithmetic.finite(function(number))
        }
    }
}
