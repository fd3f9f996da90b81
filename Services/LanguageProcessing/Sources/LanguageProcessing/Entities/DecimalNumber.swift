/// A number as people write it: digits grouped by commas, points, spaces or apostrophes, and a decimal sign.
struct DecimalNumber {
    var end: Int
    /// With a point, without groups: `1234.50`.
    var value: String
    /// Digits after the decimal sign.
    var decimals: Int
    /// True when the only separator could be either a group's or the decimal sign: `1.234`.
    var ambiguous = false

    /// Longest number read.
    private static let longest = 24

    /// Reads the longest well-formed number at a digit.
    ///
    /// - Parameter pointGroups: what `1.234` means: 1234 when true, else 1.234.
    init?(in text: ScalarText, at start: Int, pointGroups: Bool = false) {
        var runs: [Range<Int>] = []
        var separators: [UInt32] = []
        var position = start
        while true {
            let end = text.skippingDigits(from: position, atMost: Self.longest)
            guard end > position, end - start <= Self.longest else { break }
            runs.append(position..<end)
            guard Self.isSeparator(text, end), text.isDigit(end + 1) else { break }
            separators.append(text[end])
            position = end + 1
        }
        guard !runs.isEmpty, !text.isDigit(runs[runs.count - 1].upperBound) else { return nil }
        separators.removeLast(max(0, separators.count - runs.count + 1))

        // Leading groups that share one separator, then perhaps one other separator and the decimals.
        var groups = 1
        if let mark = separators.first, runs[0].count <= 3 {
            while groups < runs.count, separators[groups - 1] == mark, runs[groups].count == 3 { groups += 1 }
            if groups == 1, mark == .ascii(",") { groups = Self.indianGroups(runs, separators) }
        }
        let mark = separators.first
        var decimals: Range<Int>?
        if groups < runs.count {
            let next = separators[groups - 1]
            if Self.isDecimalSign(next), groups == 1 || next != mark { decimals = runs[groups] }
        }
        if groups == 2, decimals == nil, let mark, Self.isDecimalSign(mark) {
            let isDecimal = mark == .ascii(".") && !pointGroups || text[runs[0].lowerBound] == .ascii("0")
            ambiguous = text[runs[0].lowerBound] != .ascii("0")
            if isDecimal {
                groups = 1
                decimals = runs[1]
            }
        }
        let whole = runs[..<groups].map(text.string).joined()
        let trimmed = String(whole.drop { $0 == "0" })
        value = trimmed.isEmpty ? "0" : trimmed
        end = runs[groups - 1].upperBound
        self.decimals = 0
        if let decimals {
            value += "." + text.string(decimals)
            end = decimals.upperBound
            self.decimals = decimals.count
        }
    }

    /// Groups of two before the last, of three: `1,00,000`.
    private static func indianGroups(_ runs: [Range<Int>], _ separators: [UInt32]) -> Int {
        var groups = 1
        while groups < runs.count, separators[groups - 1] == .ascii(","), runs[groups].count == 2 { groups += 1 }
        guard groups > 1, groups < runs.count, separators[groups - 1] == .ascii(","), runs[groups].count == 3 else {
            return 1
        }
        return groups + 1
    }

    private static func isDecimalSign(_ scalar: UInt32) -> Bool { scalar == .ascii(".") || scalar == .ascii(",") }

    private static func isSeparator(_ text: ScalarText, _ position: Int) -> Bool {
        switch text[position] {
        case ".", ",", "'", 0x2019, 0xA0, 0x2009, 0x202F: true
        // An ordinary space groups only when exactly three digits follow.
        case " ": text.skippingDigits(from: position + 1, atMost: 4) == position + 4
        default: false
        }
    }
}
