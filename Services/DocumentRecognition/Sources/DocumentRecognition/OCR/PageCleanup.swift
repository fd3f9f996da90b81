import CLeptonica
import ServiceAPI

#if canImport(Glibc)
import Glibc
#endif

/// Makes a page's picture easy to read: grey, dark on an even light ground, upright, straight, of a good size.
struct PageCleanup {
    /// What Tesseract reads.
    private(set) var picture: Picture
    /// Clockwise quarter turns applied first.
    private(set) var quarterTurns = 0
    /// Pixels of the upright page.
    private(set) var uprightSize: PageSize
    /// Pixels of `picture` per pixel of the upright page, applied second.
    private(set) var scale: (x: Double, y: Double)
    /// Clockwise degrees applied last.
    private(set) var skew: Double

    /// - Parameter resolution: Dots per inch, 0 when unknown; a fax has two.
    init(_ original: Picture, resolution: (x: Int, y: Int), pixelLimit: Int) throws(RecognitionError) {
        picture = try Self.evenGround(Self.darkOnLight(Self.grey(original)))
        var ink = try Self.ink(of: picture)
        quarterTurns = try Self.orientation(of: ink)
        picture = try picture.turned(by: quarterTurns)
        ink = try ink.turned(by: quarterTurns)
        uprightSize = picture.size
        skew = Self.skew(of: ink)
        scale = try Self.scale(of: ink, resolution: quarterTurns % 2 == 0 ? resolution : (resolution.y, resolution.x))
        try resize(pixelLimit: pixelLimit)
        try straighten()
    }

    private mutating func resize(pixelLimit: Int) throws(RecognitionError) {
        let most = min(
            (Double(pixelLimit) / (uprightSize.width * uprightSize.height * scale.x * scale.y)).squareRoot(),
            Double(Tesseract.sideLimit) / max(uprightSize.width * scale.x, uprightSize.height * scale.y), 1)
        scale = (scale.x * most, scale.y * most)
        guard scale != (1, 1) else { return }
        let (x, y) = (Float(scale.x), Float(scale.y))
        picture = try picture.mapped { pixGetDepth($0) == 1 ? pixConvertTo8($0, 0) : pixClone($0) }
            .mapped { pixScale($0, x, y) }
    }

    private mutating func straighten() throws(RecognitionError) {
        guard skew != 0 else { return }
        let angle = Float(skew * .pi / 180)
        picture = try picture.mapped { pixGetDepth($0) == 1 ? pixConvertTo8($0, 0) : pixClone($0) }.mapped {
            pixRotate(
                $0, angle, Int32(L_ROTATE_AREA_MAP), Int32(L_BRING_IN_WHITE), pixGetWidth($0), pixGetHeight($0))
        }
    }

    /// Turns the cleaned page further, when reading it shows that it does not stand upright.
    mutating func turn(by quarters: Int) throws(RecognitionError) {
        picture = try picture.turned(by: quarters)
        uprightSize = uprightSize.turned(by: quarters)
        quarterTurns = (quarterTurns + quarters) & 3
        if quarters % 2 != 0 { scale = (scale.y, scale.x) }
    }

    /// Dots per inch of `picture`; 300 stands for letters of a good size where the file does not say.
    func resolution(of original: (x: Int, y: Int)) -> Int {
        let stated = Int((Double(original.x) * scale.x).rounded())
        return Tesseract.credibleResolutions.contains(stated) ? stated : 300
    }

    /// Where a box of `picture` lies on the upright page, in the page's original pixels.
    func original(_ box: BoundingBox) -> BoundingBox {
        // Straightening turned the page about its middle, in a picture that grew around it.
        let (sine, cosine) = (sin(-skew * .pi / 180), cos(-skew * .pi / 180))
        func back(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
            let (dx, dy) = (x - picture.size.width / 2, y - picture.size.height / 2)
            return (
                (dx * cosine - dy * sine) / scale.x + uprightSize.width / 2,
                (dx * sine + dy * cosine) / scale.y + uprightSize.height / 2
            )
        }
        let corners = [
            back(box.left, box.top), back(box.right, box.top), back(box.left, box.bottom), back(box.right, box.bottom),
        ].map { BoundingBox(left: $0.x, top: $0.y, right: $0.x, bottom: $0.y) }
        return corners.hull()!.clamped(to: uprightSize)
    }
}
