/// The documents' sums in one currency, by day, month or year.
package struct AmountTimeline: Sendable, Equatable {
    package enum Grain: String, Sendable { case day, month, year }

    package struct Bucket: Sendable, Equatable {
        /// `2026-11-25`, `2026-11` or `2026`.
        package let label: String
        package let hundredths: Int
        package let documents: Int

        package init(label: String, hundredths: Int, documents: Int) {
            self.label = label
            self.hundredths = hundredths
            self.documents = documents
        }
    }

    /// One document's sum, placed on a day.
    package struct Point: Sendable, Equatable {
        package let date: CivilDate
        package let hundredths: Int

        package init(date: CivilDate, hundredths: Int) {
            self.date = date
            self.hundredths = hundredths
        }
    }

    package static let bucketLimit = 31

    package let currency: String
    package let grain: Grain
    /// Without gaps, oldest first; at most `bucketLimit`.
    package let buckets: [Bucket]
    /// Documents before the first bucket.
    package let earlier: Int

    /// Chooses the finest grain whose buckets fit `bucketLimit`; beyond that many years the oldest are only counted.
    package init?(currency: String, points: [Point]) {
        guard let first = points.map(\.date).min(), let last = points.map(\.date).max() else { return nil }
        self.currency = currency
        let grain = [Grain.day, .month].first { $0.index(last) - $0.index(first) < Self.bucketLimit } ?? .year
        self.grain = grain
        let end = grain.index(last)
        let start = max(grain.index(first), end - Self.bucketLimit + 1)
        var sums = Array(repeating: (hundredths: 0, documents: 0), count: end - start + 1)
        var earlier = 0
        for point in points {
            let index = grain.index(point.date) - start
            guard index >= 0 else {
                earlier += 1
                continue
            }
            sums[index].hundredths = sums[index].hundredths.addingReportingOverflow(point.hundredths).partialValue
            sums[index].documents += 1
        }
        self.earlier = earlier
        buckets = sums.enumerated().map { offset, sum in
            Bucket(label: grain.label(start + offset), hundredths: sum.hundredths, documents: sum.documents)
        }
    }
}

extension AmountTimeline.Grain {
    func index(_ date: CivilDate) -> Int {
        switch self {
        case .day: date.daysSinceEpoch
        case .month: date.year * 12 + date.month - 1
        case .year: date.year
        }
    }

    func label(_ index: Int) -> String {
        switch self {
        case .day: CivilDate(daysSinceEpoch: index).iso
        case .month: "\(CivilDate.padded(index / 12, 4))-\(CivilDate.padded(index % 12 + 1, 2))"
        case .year: CivilDate.padded(index, 4)
        }
    }
}
