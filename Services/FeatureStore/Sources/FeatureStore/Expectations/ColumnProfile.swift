import ServiceAPI

/// What the values of one column are like.
struct ColumnProfile: Sendable {
    /// Values that are kept for a comparison.
    static let most = 1_000_000

    let column: ViewVersion.Column
    let rule: ViewExpectations.Rule?
    private var cells = 0
    private var nulls = 0
    private var numbers = 0
    private var sum = 0.0
    private var least: Double?
    private var greatest: Double?
    private var others = 0
    /// Of columns that are compared with a reference.
    private var values: [Value] = []

    init(_ column: ViewVersion.Column, _ rule: ViewExpectations.Rule?) {
        self.column = column
        self.rule = rule
    }

    /// - Parameter value: nil where the row has no cell.
    mutating func take(_ value: Value?) {
        guard let value else { return }
        cells += 1
        guard value != .null else {
            nulls += 1
            return
        }
        if [.int32, .int64, .float32, .float64].contains(column.type), let number = value.number {
            numbers += 1
            sum += number
            least = min(least ?? number, number)
            greatest = max(greatest ?? number, number)
        }
        if let allowed = rule?.allowed, !allowed.contains(value) { others += 1 }
        if rule?.expectation.drift != nil, values.count < Self.most { values.append(value) }
    }

    /// Everything but drift.
    var summary: ViewReport.Feature {
        var feature = ViewReport.Feature(name: column.name, type: column.type, cells: cells, nulls: nulls)
        feature.min = least
        feature.max = greatest
        // A sum beyond all numbers has no mean that JSON could say.
        feature.mean = numbers > 0 && sum.isFinite ? sum / Double(numbers) : nil
        guard let expectation = rule?.expectation else { return feature }
        if let most = expectation.maxNullShare {
            let share = cells > 0 ? Double(nulls) / Double(cells) : nil
            feature.checks.append(
                .init(
                    expectation: "max_null_share", limit: most, value: share, passed: share.map { $0 <= most } ?? true))
        }
        if let limit = expectation.min {
            feature.checks.append(
                .init(expectation: "min", limit: limit, value: least, passed: least.map { $0 >= limit } ?? true))
        }
        if let limit = expectation.max {
            feature.checks.append(
                .init(expectation: "max", limit: limit, value: greatest, passed: greatest.map { $0 <= limit } ?? true))
        }
        if expectation.oneOf != nil {
            feature.checks.append(
                .init(expectation: "one_of", limit: nil, value: Double(others), passed: others == 0))
        }
        return feature
    }

    /// The summary with the comparison.
    /// - Parameter reference: The reference's cells that are not null.
    func summary(_ drift: Expectation.Drift, _ reference: [String]) -> ViewReport.Feature {
        var feature = summary
        let isNumber = [.int32, .int64, .float32, .float64].contains(column.type)
        let (old, new) = (reference.compactMap { Double($0) }.filter(\.isFinite), values.compactMap(\.number))
        if isNumber { feature.histogram = Drift.histogram(old, new) }
        if let limit = drift.maxPSI {
            let psi =
                isNumber
                ? Drift.psi(old, new) : Drift.psi(categories: reference, values.compactMap { $0.category(column.type) })
            // Evidently calls a column drifted from the limit on.
            feature.checks.append(
                .init(expectation: "max_psi", limit: limit, value: psi, passed: psi.map { $0 < limit } ?? true))
        }
        if let limit = drift.minKSP, isNumber {
            let p = KolmogorovSmirnov(old, new)?.p
            feature.checks.append(
                .init(expectation: "min_ks_p", limit: limit, value: p, passed: p.map { $0 > limit } ?? true))
        }
        return feature
    }
}

extension Value {
    /// As a cell of a dataset's file has it.
    fileprivate func category(_ type: FeatureType) -> String? {
        switch scalar(as: type) {
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .double(let number): String(number)
        case .null: nil
        }
    }
}
