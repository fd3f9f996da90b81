import ServiceAPI

/// Features of an on-demand view, compiled against a registry.
struct OnDemandPrograms: Sendable {
    /// What a slot of the programs' frame holds.
    enum Input: Sendable {
        case field(OnDemandViewDefinition.Field)
        case feature(ViewVersion, ViewVersion.Column)
    }

    private(set) var inputs: [Input] = []
    private(set) var programs: [ExpressionProgram] = []

    /// - Parameters:
    ///   - features: The features that are wanted.
    ///   - field: Names a feature in messages, given its name.
    /// - Throws: `invalid_definition` naming the feature's expression, and the column within it.
    init(
        _ view: OnDemandView.Version, _ features: [OnDemandViewDefinition.Feature], registry: RegistrySnapshot,
        field: (String) -> String
    ) throws {
        var compiler = ExpressionCompiler(scope: Scope(view: view, registry: registry))
        for feature in features {
            do throws(ExpressionFault) {
                programs.append(
                    try Self.fitted(compiler.program(try ExpressionParser.parse(feature.expression)), feature))
            } catch {
                throw FeatureStoreError(
                    .invalidDefinition, "\(field(feature.name)): column \(error.column): \(error.message)",
                    field: field(feature.name))
            }
        }
        inputs = compiler.scope.inputs
    }

    private static func fitted(
        _ program: ExpressionProgram, _ feature: OnDemandViewDefinition.Feature
    ) throws(ExpressionFault) -> ExpressionProgram {
        guard let type = ExpressionType(feature.type), type.joined(with: program.type) == type else {
            throw ExpressionFault(
                message: "the expression is \(program.type), and \(feature.name) is declared as \(feature.type)",
                column: 1)
        }
        return program.widened(to: type)
    }

    private struct Scope: ExpressionScope {
        let view: OnDemandView.Version
        let registry: RegistrySnapshot
        var inputs: [Input] = []

        mutating func field(_ name: String, _ column: Int) throws(ExpressionFault) -> (slot: Int, type: ExpressionType)
        {
            let fields = view.definition.request
            guard let field = fields.first(where: { $0.name == name }), let type = ExpressionType(field.type) else {
                let known =
                    fields.isEmpty ? "there are none" : "there are \(fields.map(\.name).joined(separator: ", "))"
                throw ExpressionFault(
                    message:
                        "the request has no field \(name.prefix(100)) (\(known)); a feature is written view:feature",
                    column: column)
            }
            let known = inputs.firstIndex { if case .field(field) = $0 { true } else { false } }
            if known == nil { inputs.append(.field(field)) }
            return (known ?? inputs.count - 1, type)
        }

        mutating func feature(
            _ reference: FeatureReference, _ column: Int
        ) throws(ExpressionFault) -> (slot: Int, type: ExpressionType) {
            let version = reference.version ?? view.pins[reference.view]
            guard let found = try? registry.view(reference.view, version: version) else {
                let name = version.map { "\(reference.view)@v\($0)" } ?? reference.view
                throw ExpressionFault(message: "there is no feature view \(name.prefix(200))", column: column)
            }
            guard let feature = reference.feature, let source = found[feature] else {
                throw ExpressionFault(
                    message:
                        "view \(found.name)@v\(found.version) has no feature \((reference.feature ?? "").prefix(100))",
                    column: column)
            }
            guard let type = ExpressionType(source.type) else {
                throw ExpressionFault(
                    message: "\(found.name):\(source.name) is \(source.type), which expressions do not take",
                    column: column)
            }
            let known = inputs.firstIndex {
                if case .feature(let other, let column) = $0 { other.id == found.id && column == source } else { false }
            }
            if known == nil { inputs.append(.feature(found, source)) }
            return (known ?? inputs.count - 1, type)
        }
    }
}
