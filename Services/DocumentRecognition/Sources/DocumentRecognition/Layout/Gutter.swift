import ServiceAPI

/// White space from top to bottom between two columns of prose.
struct Gutter {
    let left: Double
    let right: Double

    var middle: Double { (left + right) / 2 }

    func isCrossed(by box: BoundingBox) -> Bool { box.left < left && box.right > right }

    /// A side has at least this many rows, is at least this many text heights wide, and the pieces of a row fill on
    /// average at least this share of it: cells of a table do not pass, further columns of prose do.
    private static let leastRows = 3
    private static let leastWidth = 10.0
    private static let leastFill = 0.5
    /// A gutter is at least this many text heights wide, and crossed by at most this share of the pieces.
    private static let leastGap = 0.7
    private static let mostCrossing = 0.25

    /// The widest stretch that parts `segments` into columns; nil when they are one column, or a table.
    init?(widestIn segments: [TextSegment]) {
        guard segments.count >= 2 * Self.leastRows else { return nil }
        let boxes = segments.map(\.box)
        let height = boxes.map(\.height).sorted()[boxes.count / 2]
        let best = Self.gaps(between: boxes, crossing: Int(Self.mostCrossing * Double(boxes.count)))
            .filter { $0.right - $0.left >= Self.leastGap * height }
            .filter { Self.partsProse(boxes, at: $0, height: height) }
            .max { $0.right - $0.left < $1.right - $1.left }
        guard let best else { return nil }
        (left, right) = best
    }

    /// Stretches of x that at most `crossing` boxes cover, without the margins.
    private static func gaps(between boxes: [BoundingBox], crossing: Int) -> [(left: Double, right: Double)] {
        let edges = (boxes.map { ($0.left, 1) } + boxes.map { ($0.right, -1) }).sorted { $0 < $1 }
        var gaps: [(left: Double, right: Double)] = []
        var covering = 0
        var start: Double?
        for (x, change) in edges {
            covering += change
            if covering > crossing {
                if let begun = start, x > begun { gaps.append((begun, x)) }
                start = nil
            } else if start == nil, change < 0 {
                start = x
            }
        }
        return gaps
    }

    private static func partsProse(
        _ boxes: [BoundingBox], at gap: (left: Double, right: Double), height: Double
    ) -> Bool {
        let middle = (gap.left + gap.right) / 2
        let sides = [boxes.filter { $0.right <= middle }, boxes.filter { $0.left >= middle }]
        return sides.allSatisfy { side in
            guard let hull = side.hull() else { return false }
            let middles = side.map(\.middleY).sorted()
            let rows = 1 + zip(middles, middles.dropFirst()).count { $1 - $0 > height / 2 }
            guard rows >= leastRows else { return false }
            let fill = side.reduce(0) { $0 + $1.width } / Double(rows) / max(hull.width, 1)
            return hull.width >= leastWidth * height && fill >= leastFill
        }
    }
}
