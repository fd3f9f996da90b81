import FeatureStore
import Foundation
import GRDB
import NIOCore
import NIOHTTP1
import ServiceTesting
import Testing

/// Random expressions, computed by an on-demand view and by SQLite.
@Suite struct ExpressionPropertyTests {
    private struct Column: Decodable {
        var name: String
        var values: [Cell]
    }

    private struct Answer: Decodable { var columns: [Column] }

    /// A JSON value as SQLite has it: truth is 0 or 1.
    private enum Cell: Decodable, Equatable {
        case null, int(Int64), float(Double), text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let flag = try? container.decode(Bool.self) {
                self = .int(flag ? 1 : 0)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let number = try? container.decode(Int64.self) {
                self = .int(number)
            } else {
                self = .float(try container.decode(Double.self))
            }
        }

        init(_ value: DatabaseValue, _ kind: RandomExpression.Kind) {
            switch value.storage {
            case .null, .blob: self = .null
            case .int64(let number): self = kind == .float ? .float(Double(number)) : .int(number)
            case .double(let number): self = number.isFinite ? .float(number) : .null
            case .string(let text): self = .text(text)
            }
        }

        /// A whole float64 is written without a point in JSON.
        var number: Double? {
            switch self {
            case .int(let number): Double(number)
            case .float(let number): number
            default: nil
            }
        }

        static func == (left: Cell, right: Cell) -> Bool {
            if let first = left.number, let second = right.number { return first == second }
            return switch (left, right) {
            case (.null, .null): true
            case (.text(let first), .text(let second)): Array(first.utf8) == Array(second.utf8)
            default: false
            }
        }
    }

    @Test func everyExpressionIsWhatSQLiteComputes() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = RandomExpression(random: SplitMix(seed: seed))
        let expressions = (0..<1500).map { index -> (kind: RandomExpression.Kind, text: String) in
            let kind = RandomExpression.Kind.allCases[index % 4]
            return (kind, generator.text(kind, depth: 1 + index % 4))
        }
        let rows = (0..<40).map { _ in
            RandomExpression.fields.map { field -> DatabaseValue in
                guard Int.random(in: 0..<5, using: &generator.random) > 0 else { return .null }
                return switch field.kind {
                case .int: Int64.random(in: -9...9, using: &generator.random).databaseValue
                case .float: (Double(Int.random(in: -40...40, using: &generator.random)) / 8).databaseValue
                case .bool: Int64.random(in: 0...1, using: &generator.random).databaseValue
                case .text:
                    ["", "a", "ab", "Ab ", " b", "abcab", "it's"][Int.random(in: 0..<7, using: &generator.random)]
                        .databaseValue
                }
            }
        }
        let computed = try await compute(expressions, rows)
        let queue = try DatabaseQueue()
        try await queue.read { db in
            for (index, expression) in expressions.enumerated() {
                let sql = expression.text.replacing("least(", with: "min(").replacing("greatest(", with: "max(")
                let statement = try db.makeStatement(
                    sql: "SELECT \(sql) FROM (SELECT "
                        + RandomExpression.fields.map { "? AS \($0.name)" }.joined(separator: ", ") + ")")
                for (row, values) in rows.enumerated() {
                    let value = try DatabaseValue.fetchOne(statement, arguments: StatementArguments(values)) ?? .null
                    #expect(
                        computed[index][row] == Cell(value, expression.kind),
                        "seed \(seed): \(expression.text) with \(values)")
                }
            }
        }
    }

    private func compute(
        _ expressions: [(kind: RandomExpression.Kind, text: String)], _ rows: [[DatabaseValue]]
    ) async throws -> [[Cell]] {
        let types: [RandomExpression.Kind: String] = [.int: "int64", .float: "float64", .text: "string", .bool: "bool"]
        let features = expressions.enumerated().map { index, expression in
            ["name": "f\(index)", "type": types[expression.kind] ?? "", "expression": expression.text]
        }
        let view: [String: Any] = [
            "name": "random", "features": features,
            "request": RandomExpression.fields.map { ["name": $0.name, "type": $0.type] },
        ]
        var entities: [String: [Any]] = [:]
        for (place, field) in RandomExpression.fields.enumerated() {
            entities[field.name] = rows.map { row -> Any in
                switch row[place].storage {
                case .int64(let number): field.kind == .bool ? number == 1 : number
                case .double(let number): number
                case .string(let text): text
                case .null, .blob: NSNull()
                }
            }
        }
        let folder = try TemporaryFolder()
        nonisolated(unsafe) let bodies = (
            apply: ["definitions": ["on_demand_views": [view]]] as [String: Any],
            online: ["features": ["random"], "entities": entities] as [String: Any]
        )
        let (apply, online) = (
            try JSONSerialization.data(withJSONObject: bodies.apply),
            try JSONSerialization.data(withJSONObject: bodies.online)
        )
        var computed: [[Cell]] = []
        try await StoreUnderTest.run(in: folder) { store in
            let applied = try await store.post("/v1/features/apply", String(decoding: apply, as: UTF8.self))
            try #require(applied.status == 200, "\(applied.message)")
            let answer = try await store.post("/v1/features/online", String(decoding: online, as: UTF8.self))
            try #require(answer.status == 200, "\(answer.message)")
            computed = try answer.decode(Answer.self).columns.map(\.values)
        }
        return computed
    }
}
