import ServiceAPI

struct PageSize: Equatable {
    var width: Double
    var height: Double

    /// The size after clockwise quarter turns.
    func turned(by quarters: Int) -> PageSize {
        quarters % 2 == 0 ? self : PageSize(width: height, height: width)
    }
}

extension BoundingBox {
    /// The box on a page that is turned clockwise by quarter turns; `size` is the page before.
    func turned(by quarters: Int, on size: PageSize) -> BoundingBox {
        switch quarters & 3 {
        case 1: BoundingBox(left: size.height - bottom, top: left, right: size.height - top, bottom: right)
        case 2:
            BoundingBox(
                left: size.width - right, top: size.height - bottom, right: size.width - left,
                bottom: size.height - top)
        case 3: BoundingBox(left: top, top: size.width - right, right: bottom, bottom: size.width - left)
        default: self
        }
    }

    /// The part of the box that lies on the page.
    func clamped(to size: PageSize) -> BoundingBox {
        BoundingBox(
            left: min(max(0, left), size.width), top: min(max(0, top), size.height),
            right: min(max(0, right), size.width), bottom: min(max(0, bottom), size.height))
    }

    var middleX: Double { (left + right) / 2 }
    var middleY: Double { (top + bottom) / 2 }
}

extension Sequence<BoundingBox> {
    /// The smallest box around all; nil when there is none.
    func hull() -> BoundingBox? { reduce(nil as BoundingBox?) { $0?.union($1) ?? $1 } }
}
