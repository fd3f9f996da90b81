/// How long a model takes, as measured: per rows and length of a batch.
///
/// Cells stand at sizes of 1, 2, 3, 4, 6, 8, 12, 16 and so on along both axes; what lies between is interpolated. Each
/// holds a moving mean of measured nanoseconds per unit of `prior`, a shape that holds for most models; cells without
/// measurements take the mean of all, so that the first batches are guessed by the shape alone.
struct CostTable: Sendable {
    struct Cell: Sendable {
        var mean = 0.0
        var weight = 0.0
        /// `observations` when it was last measured.
        var seen = 0
    }

    var cells: [Int: Cell] = [:]
    var overall = Cell()
    var observations = 0

    /// Measurements of a cell that the mean remembers.
    private static let memory = 8.0
    /// Weight of the overall mean in a cell.
    private static let doubt = 0.25
    /// Observations elsewhere after which a cell counts half: sizes that looked slow once are tried again.
    private static let forgetting = 256.0
    /// How many times the expected an outlier counts at most: first runs and stalls.
    private static let outlier = 4.0

    var isEmpty: Bool { observations == 0 }

    /// Takes in that a batch of `rows` padded to `length` took that long.
    mutating func record(rows: Int, length: Int, nanoseconds: Int) {
        let unit = Double(max(1, nanoseconds)) / Self.prior(rows: Double(rows), length: Double(length))
        let expected = isEmpty ? unit : rate(SizeAxis(rows), SizeAxis(length))
        let rate = min(unit, expected * Self.outlier)
        observations += 1
        overall.add(rate, weight: 1, at: observations, memory: 4 * Self.memory)
        for (row, rowShare) in SizeAxis(rows).corners {
            for (column, columnShare) in SizeAxis(length).corners where rowShare * columnShare > 0.05 {
                cells[Self.index(row, column), default: Cell()].add(
                    rate, weight: rowShare * columnShare, at: observations, memory: Self.memory)
            }
        }
    }

    /// Nanoseconds that a batch will probably take; 0 when nothing was measured yet.
    func predict(rows: Int, length: Int) -> Double {
        guard !isEmpty else { return 0 }
        return rate(SizeAxis(rows), SizeAxis(length)) * Self.prior(rows: Double(rows), length: Double(length))
    }

    /// Predictions for batches of one length, faster to ask for than one by one: `[rows - 1]`.
    ///
    /// Without measurements in units of `prior`.
    func column(length: Int, upTo rows: Int) -> [Double] {
        let lengthAxis = SizeAxis(length)
        var result: [Double] = []
        result.reserveCapacity(rows)
        var node = -1
        var (lower, upper) = (0.0, 0.0)
        for count in 1...max(1, rows) {
            let axis = SizeAxis(count)
            if axis.index != node {
                node = axis.index
                (lower, upper) = (rate(node, lengthAxis), rate(node + 1, lengthAxis))
            }
            let rate = lower + (upper - lower) * axis.fraction
            result.append(rate * Self.prior(rows: Double(count), length: Double(length)))
        }
        return result
    }

    /// The part of the best batch's time that falls to a request: nanoseconds; 0 when nothing was measured yet.
    func share(rows: Int, length: Int, upTo maxRows: Int) -> Double {
        var best = predict(rows: rows, length: length)
        var size = rows * 2
        while size <= maxRows {
            best = min(best, predict(rows: size, length: length) * Double(rows) / Double(size))
            size *= 2
        }
        return best
    }

    private func rate(_ rows: SizeAxis, _ length: SizeAxis) -> Double {
        let lower = rate(rows.index, length)
        return lower + (rate(rows.index + 1, length) - lower) * rows.fraction
    }

    private func rate(_ row: Int, _ length: SizeAxis) -> Double {
        let lower = rate(row, length.index)
        return length.fraction == 0 ? lower : lower + (rate(row, length.index + 1) - lower) * length.fraction
    }

    private func rate(_ row: Int, _ column: Int) -> Double {
        guard !isEmpty else { return 1 }
        guard let cell = cells[Self.index(row, column)] else { return overall.mean }
        let weight = cell.weight * Self.forgetting / (Self.forgetting + Double(observations - cell.seen))
        return (cell.mean * weight + overall.mean * Self.doubt) / (weight + Self.doubt)
    }

    /// An execution costs about as much as 32 tokens in any case; attention grows with the square of the length.
    ///
    /// From MiniLM-L6 in OpenVINO: 2.8 ms for 1 × 16, 9.2 for 1 × 128, 32 for 1 × 512.
    private static func prior(rows: Double, length: Double) -> Double {
        32 + rows * length * (1 + length / 2048)
    }

    static func index(_ row: Int, _ column: Int) -> Int { row << 8 | column }
}

extension CostTable.Cell {
    fileprivate mutating func add(_ value: Double, weight share: Double, at time: Int, memory: Double) {
        weight = min(weight + share, memory)
        mean += (value - mean) * share / weight
        seen = time
    }
}

/// Where a size lies between two nodes of 1, 2, 3, 4, 6, 8, 12, 16 and so on.
private struct SizeAxis {
    /// Of the node below.
    let index: Int
    /// Of the way to the node above.
    let fraction: Double

    init(_ size: Int) {
        let size = max(1, size)
        let exponent = Int.bitWidth - 1 - size.leadingZeroBitCount
        let power = 1 << exponent
        let half = max(1, power / 2)
        let isUpper = size - power >= half && exponent > 0
        index = 2 * exponent + (isUpper ? 1 : 0)
        fraction = exponent == 0 ? 0 : Double(size - power - (isUpper ? half : 0)) / Double(half)
    }

    var corners: [(Int, Double)] { [(index, 1 - fraction), (index + 1, fraction)] }
}
