/// What an expression is evaluated on: one row.
struct ExpressionFrame: Sendable {
    /// Fields and features, in the order of the scope that the expression was compiled in.
    var slots: [Value]
    /// When the row is asked for: the request's time online, the row's own in a dataset.
    var now: Timestamp
}

/// A checked expression, ready to be evaluated.
struct ExpressionProgram: Sendable {
    typealias Evaluation = @Sendable (ExpressionFrame) -> Value

    /// Texts that are longer are null.
    static let maxText = 1 << 20

    let type: ExpressionType
    let evaluate: Evaluation

    init(_ type: ExpressionType, _ evaluate: @escaping Evaluation) {
        self.type = type
        self.evaluate = evaluate
    }

    /// The same value as one of another type that it fits.
    func widened(to type: ExpressionType) -> ExpressionProgram {
        guard type == .float, self.type == .int else { return ExpressionProgram(type, evaluate) }
        return ExpressionProgram(type) { [evaluate] frame in evaluate(frame).widened(to: .float) }
    }
}

/// What names mean where an expression stands.
protocol ExpressionScope {
    /// The slot and type of a request's field.
    mutating func field(_ name: String, _ column: Int) throws(ExpressionFault) -> (slot: Int, type: ExpressionType)
    /// The slot and type of a view's feature.
    mutating func feature(
        _ reference: FeatureReference, _ column: Int
    ) throws(ExpressionFault) -> (slot: Int, type: ExpressionType)
}
