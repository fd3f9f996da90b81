import CLeptonica
import ServiceAPI

extension PageCleanup {
    /// 8-bit grey without colour map and alpha; bilevel scans stay as they are.
    static func grey(_ picture: Picture) throws(RecognitionError) -> Picture {
        if picture.depth == 1 { return try picture.mapped { pixRemoveColormap($0, Int32(REMOVE_CMAP_BASED_ON_SRC)) } }
        return try picture.mapped { pixRemoveAlpha($0) }.mapped { pixConvertTo8($0, 0) }
    }

    /// Light text on a dark page is inverted.
    static func darkOnLight(_ picture: Picture) throws(RecognitionError) -> Picture {
        if picture.depth == 1 {
            var black: Int32 = 0
            pixCountPixels(picture.pix, &black, nil)
            return Int(black) * 2 > picture.width * picture.height
                ? try picture.mapped { pixInvert(nil, $0) } : picture
        }
        var mean: Float = 255
        pixAverageInRect(picture.pix, nil, nil, 0, 255, 4, &mean)
        return mean < 100 ? try picture.mapped { pixInvert(nil, $0) } : picture
    }

    /// Shadows and yellowed paper are brought to one level; an even ground, as of a rendered page, is left alone.
    static func evenGround(_ picture: Picture) throws(RecognitionError) -> Picture {
        let tile = 32
        guard picture.depth == 8, min(picture.width, picture.height) >= 4 * tile else { return picture }
        // The brightest pixel of a tile is its ground.
        let ground = try picture.mapped { pixScaleGrayMinMax($0, Int32(tile), Int32(tile), Int32(L_CHOOSE_MAX)) }
        var histogram = pixGetGrayHistogram(ground.pix, 1)
        defer { numaDestroy(&histogram) }
        var (dark, light): (Float, Float) = (255, 255)
        numaHistogramGetValFromRank(histogram, 0.1, &dark)
        numaHistogramGetValFromRank(histogram, 0.9, &light)
        return dark < 0.85 * light ? try picture.mapped { pixBackgroundNormSimple($0, nil, nil) } : picture
    }

    /// The dark pixels, for measuring: Otsu's threshold over the whole picture.
    static func ink(of picture: Picture) throws(RecognitionError) -> Picture {
        guard picture.depth != 1 else { return picture }
        return try picture.mapped { pix in
            var binary: UnsafeMutablePointer<Pix>?
            pixOtsuAdaptiveThreshold(pix, pixGetWidth(pix), pixGetHeight(pix), 0, 0, 0.1, nil, &binary)
            return binary
        }
    }

    /// Clockwise quarter turns that bring the text upright, by its ascenders and descenders; 0 when they do not tell.
    static func orientation(of ink: Picture) throws(RecognitionError) -> Int {
        // The detector's patterns fit text of about 150 dpi.
        let reduced =
            max(ink.width, ink.height) > 2200 ? try ink.mapped { pixReduceRankBinaryCascade($0, 1, 0, 0, 0) } : ink
        var (up, left): (Float, Float) = (0, 0)
        guard pixOrientDetect(reduced.pix, &up, &left, 0, 0) == 0 else { return 0 }
        var decision: Int32 = 0
        makeOrientDecision(up, left, 0, 0, &decision, 0)
        return switch Int(decision) {
        case L_TEXT_ORIENT_LEFT: 1
        case L_TEXT_ORIENT_DOWN: 2
        case L_TEXT_ORIENT_RIGHT: 3
        default: 0
        }
    }

    /// Slopes below this, in degrees, are left to Tesseract, whose lines may slope: turning blurs.
    private static let leastSkew: Float = 0.4
    /// Leptonica's own bound for a believable angle (skew.c).
    private static let leastSkewConfidence: Float = 3

    /// Clockwise degrees that make the lines level.
    static func skew(of ink: Picture) -> Double {
        var (angle, confidence): (Float, Float) = (0, 0)
        guard pixFindSkew(ink.pix, &angle, &confidence) == 0, abs(angle) >= leastSkew,
            confidence >= leastSkewConfidence
        else { return 0 }
        return Double(angle)
    }

    /// Resolutions at which print is of a good size for Tesseract.
    private static let goodResolutions = 250...400
    /// Heights of most letters, in pixels, that are good; outside them the picture is scaled to `aim`.
    private static let goodHeights = 18.0...60.0
    private static let aim = 26.0
    private static let mostScale = 4.0

    /// How to bring a picture to a good size: square pixels first, then by the height of its letters.
    static func scale(of ink: Picture, resolution: (x: Int, y: Int)) throws(RecognitionError) -> (x: Double, y: Double)
    {
        let (x, y) = (Double(resolution.x), Double(resolution.y))
        // A fax has up to twice as many dots across as down.
        let square: (x: Double, y: Double) =
            x > 0 && y > 0 && !(0.9...1.1 ~= x / y) ? (max(1, y / x), max(1, x / y)) : (1, 1)
        if goodResolutions.contains(max(resolution.x, resolution.y)) { return square }
        guard let height = letterHeight(in: ink).map({ $0 * square.y }), !goodHeights.contains(height) else {
            return square
        }
        let factor = min(aim / height, mostScale)
        return (square.x * factor, square.y * factor)
    }

    /// Median height of the connected pieces that can be letters; nil when there are few.
    private static func letterHeight(in ink: Picture) -> Double? {
        var boxes = pixConnCompBB(ink.pix, 8)
        defer { boxaDestroy(&boxes) }
        var heights: [Int] = []
        for index in 0..<max(0, boxaGetCount(boxes)) {
            var (width, height): (Int32, Int32) = (0, 0)
            boxaGetBoxGeometry(boxes, index, nil, nil, &width, &height)
            if (5...200).contains(height), width <= 3 * height, height <= 6 * width { heights.append(Int(height)) }
        }
        guard heights.count >= 20 else { return nil }
        return Double(heights.sorted()[heights.count / 2])
    }
}
