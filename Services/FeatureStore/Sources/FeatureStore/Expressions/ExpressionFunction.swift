/// A function of the expression language whose result is null where an argument is.
struct ExpressionFunction: Sendable {
    /// What an argument may be; the name is as messages have it.
    enum Parameter: String, Sendable {
        case number
        /// A whole number is widened.
        case float = "float64"
        case int = "int64"
        case text = "string"
        case date
        case timestamp
        case moment = "date or timestamp"

        /// The argument as one of the parameter's type; nil where it is not one.
        func fitted(_ argument: ExpressionProgram) -> ExpressionProgram? {
            switch (self, argument.type) {
            case (_, .null), (.number, .int), (.number, .float), (.int, .int), (.text, .text), (.date, .date),
                (.timestamp, .timestamp), (.moment, .date), (.moment, .timestamp), (.float, .float):
                argument
            case (.float, .int): argument.widened(to: .float)
            default: nil
            }
        }
    }

    var signature: String
    var parameters: [Parameter]
    /// How many of the parameters may be left out, from the end.
    var optional: Int
    /// The first argument's type when nil.
    var result: ExpressionType?
    /// Gets the arguments' values, none of them null, and their types.
    var body: @Sendable ([Value], [ExpressionType]) -> Value

    init(
        _ signature: String, _ parameters: [Parameter], optional: Int = 0, _ result: ExpressionType?,
        _ body: @escaping @Sendable ([Value], [ExpressionType]) -> Value
    ) {
        self.signature = signature
        self.parameters = parameters
        self.optional = optional
        self.result = result
        self.body = body
    }

    var counts: ClosedRange<Int> { (parameters.count - optional)...parameters.count }

    static let all: [String: ExpressionFunction] = {
        var all: [String: ExpressionFunction] = [:]
        for function in numbers + texts + times {
            all[String(function.signature.prefix { $0 != "(" })] = function
        }
        return all
    }()

    /// All names, those of the compiler's own functions included.
    static let names = (all.keys + ["coalesce", "greatest", "if", "least", "now", "nullif"]).sorted()
}
