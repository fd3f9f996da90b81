/// Round values along an axis from 0.
package struct Ticks: Equatable {
    package let step: Double
    /// 0 to the first multiple of `step` at or above the largest value; at least two values.
    package let values: [Double]

    /// The smallest step of 1, 2 or 5 times a power of ten that needs at most `limit` intervals.
    package init(upTo maximum: Double, limit: Int = 4, wholeNumbers: Bool = false) {
        let maximum = maximum.isFinite && maximum > 0 ? maximum : 1
        var power = wholeNumbers ? 1.0 : 1e-2
        while power * 10 * Double(limit) < maximum { power *= 10 }
        var step = power
        for factor in [1.0, 2, 5, 10] where Double(limit) * factor * power >= maximum {
            step = factor * power
            break
        }
        self.step = step
        let intervals = max(1, Int((maximum / step).rounded(.up)))
        values = (0...intervals).map { Double($0) * step }
    }

    var maximum: Double { values[values.count - 1] }
}
