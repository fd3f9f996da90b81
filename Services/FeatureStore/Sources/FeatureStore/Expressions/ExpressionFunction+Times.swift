extension ExpressionFunction {
    private static let dayLength: Int64 = 86_400_000_000
    /// From 0001-01-01 to 9999-12-31: what can be written.
    private static let days9999: ClosedRange<Int64> = -719_162...2_932_896
    private static let times9999 = -719_162 * dayLength...2_932_897 * dayLength - 1

    /// All in UTC.
    static let times: [ExpressionFunction] = [
        ofDay("year") { CivilDate(daysSinceEpoch: $0).year }, ofDay("month") { CivilDate(daysSinceEpoch: $0).month },
        ofDay("day") { CivilDate(daysSinceEpoch: $0).day },
        // ISO 8601: Monday is 1. 1970 began on a Thursday.
        ofDay("day_of_week") { (($0 + 3) % 7 + 7) % 7 + 1 },
        ofDay("day_of_year") { days in
            days - CivilDate(year: CivilDate(daysSinceEpoch: days).year, month: 1, day: 1).daysSinceEpoch + 1
        },
        ofTime("hour") { $0 / 3600 }, ofTime("minute") { $0 / 60 % 60 }, ofTime("second") { $0 % 60 },
        ExpressionFunction("add_days(moment, days)", [.moment, .int], nil) { values, types in
            guard case .int(let moment) = values[0], case .int(let days) = values[1] else { return .null }
            return types[0] == .date
                ? sum(moment, days, unit: 1, within: days9999) : sum(moment, days, unit: dayLength, within: times9999)
        },
        ExpressionFunction("add_seconds(timestamp, seconds)", [.timestamp, .int], nil) { values, _ in
            guard case .int(let time) = values[0], case .int(let seconds) = values[1] else { return .null }
            return sum(time, seconds, unit: 1_000_000, within: times9999)
        },
        // Whole days from the first to the second, less than none when it is earlier.
        ExpressionFunction("days_between(from, to)", [.moment, .moment], .int) { values, types in
            guard case .int(let from) = values[0], case .int(let to) = values[1] else { return .null }
            func microseconds(_ value: Int64, _ type: ExpressionType) -> Int64? {
                guard type == .date else { return value }
                let (product, overflow) = value.multipliedReportingOverflow(by: dayLength)
                return overflow ? nil : product
            }
            guard let start = microseconds(from, types[0]), let end = microseconds(to, types[1]) else { return .null }
            let (difference, overflow) = end.subtractingReportingOverflow(start)
            return overflow ? .null : .int(difference / dayLength)
        },
        ExpressionFunction("seconds_between(from, to)", [.timestamp, .timestamp], .float) { values, _ in
            guard case .int(let from) = values[0], case .int(let to) = values[1] else { return .null }
            let (difference, overflow) = to.subtractingReportingOverflow(from)
            return overflow ? .null : .double(Double(difference) / 1_000_000)
        },
    ]

    private static func ofDay(_ name: String, _ part: @escaping @Sendable (Int64) -> Int64) -> ExpressionFunction {
        ExpressionFunction("\(name)(moment)", [.moment], .int) { values, types in
            guard case .int(let moment) = values[0] else { return .null }
            return .int(part(types[0] == .date ? moment : Cast.day(moment)))
        }
    }

    private static func ofTime(_ name: String, _ part: @escaping @Sendable (Int64) -> Int64) -> ExpressionFunction {
        ExpressionFunction("\(name)(timestamp)", [.timestamp], .int) { values, _ in
            guard case .int(let time) = values[0] else { return .null }
            let rest = time % dayLength
            return .int(part((rest < 0 ? rest + dayLength : rest) / 1_000_000))
        }
    }

    private static func sum(_ moment: Int64, _ count: Int64, unit: Int64, within: ClosedRange<Int64>) -> Value {
        let (product, productOverflow) = count.multipliedReportingOverflow(by: unit)
        let (sum, overflow) = moment.addingReportingOverflow(product)
        return productOverflow || overflow || !within.contains(sum) ? .null : .int(sum)
    }
}
