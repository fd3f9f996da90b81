/// How requests come.
enum BenchLoad: Sendable, CustomStringConvertible {
    /// So many are always under way.
    case concurrency(Int)
    /// So many a second, at random moments.
    case rate(Double)

    var concurrency: Int? {
        if case .concurrency(let count) = self { count } else { nil }
    }

    var description: String {
        switch self {
        case .concurrency(let count): "\(count) at a time"
        case .rate(let rate): rate == rate.rounded() ? "\(Int(rate))/s" : "\(rate)/s"
        }
    }
}
