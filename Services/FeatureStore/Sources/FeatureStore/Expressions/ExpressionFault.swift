/// What is wrong with an expression, and where.
struct ExpressionFault: Error, Equatable {
    var message: String
    /// 1-based, in code points.
    var column: Int
}
