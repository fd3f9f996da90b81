import CPDFium
import ServiceAPI

/// A loaded page of a PDF.
///
/// Its coordinates outside are points, origin top left, after the page's own rotation.
final class PDFPage {
    let raw: FPDF_PAGE
    private let document: PDFDocument

    /// Points, the page's own rotation taken into account.
    let size: PageSize
    /// Clockwise quarter turns that the file asks for.
    var quarterTurns: Int { Int(FPDFPage_GetRotation(raw)) }

    /// Sides that a page can have, in points: PDF 2.0 allows 3 to 14,400, files in use somewhat more.
    private static let sides = 1.0...100_000.0

    /// - Parameter number: 1-based.
    /// - Throws: `page_damaged`.
    init(_ document: PDFDocument, number: Int) throws(RecognitionError) {
        guard let raw = FPDF_LoadPage(document.raw, Int32(number - 1)) else {
            throw RecognitionError(.pageDamaged, "page \(number) is damaged: it could not be loaded")
        }
        self.raw = raw
        self.document = document
        // To a hundredth of a point, as boxes are: PDFium computes sizes in single precision.
        size = PageSize(
            width: (Double(FPDF_GetPageWidthF(raw)) * 100).rounded() / 100,
            height: (Double(FPDF_GetPageHeightF(raw)) * 100).rounded() / 100)
        guard Self.sides.contains(size.width), Self.sides.contains(size.height) else {
            throw RecognitionError(
                .pageDamaged, "page \(number) is damaged: a size of \(size.width) x \(size.height) points is none")
        }
    }

    deinit { FPDF_ClosePage(raw) }

    /// Turns a point of the page's own space (origin bottom left, unrotated) into the page's display space.
    func display(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        // The device is 100 times the page, for a precision of 0.01 point from an interface in whole pixels.
        let scale = 100.0
        var deviceX: Int32 = 0
        var deviceY: Int32 = 0
        FPDF_PageToDevice(
            raw, 0, 0, Int32(size.width * scale), Int32(size.height * scale), 0, x, y, &deviceX, &deviceY)
        return (Double(deviceX) / scale, Double(deviceY) / scale)
    }

    func display(left: Double, bottom: Double, right: Double, top: Double) -> BoundingBox {
        let (a, b) = (display(left, bottom), display(right, top))
        return BoundingBox(left: min(a.x, b.x), top: min(a.y, b.y), right: max(a.x, b.x), bottom: max(a.y, b.y))
    }

    /// What is painted on the page besides text.
    struct Content {
        /// Share of the page under images, 0 to 1; overlapping images count twice.
        var imageCoverage = 0.0
        /// Paths, shadings and form objects: anything that may hold text as drawings.
        var hasDrawings = false

        var isEmpty: Bool { imageCoverage == 0 && !hasDrawings }
    }

    func content() -> Content {
        var content = Content()
        let area = size.width * size.height
        for index in 0..<max(0, FPDFPage_CountObjects(raw)) {
            guard let object = FPDFPage_GetObject(raw, index) else { continue }
            switch Int(FPDFPageObj_GetType(object)) {
            case FPDF_PAGEOBJ_IMAGE:
                var (left, bottom, right, top): (Float, Float, Float, Float) = (0, 0, 0, 0)
                guard FPDFPageObj_GetBounds(object, &left, &bottom, &right, &top) != 0 else { continue }
                let box = display(
                    left: Double(left), bottom: Double(bottom), right: Double(right), top: Double(top))
                let visible = BoundingBox(
                    left: max(0, box.left), top: max(0, box.top),
                    right: min(size.width, box.right), bottom: min(size.height, box.bottom))
                if visible.width > 0, visible.height > 0 {
                    content.imageCoverage += visible.width * visible.height / area
                }
            case FPDF_PAGEOBJ_PATH, FPDF_PAGEOBJ_SHADING, FPDF_PAGEOBJ_FORM: content.hasDrawings = true
            default: break
            }
        }
        return content
    }

    /// Paints the page on white.
    /// - Parameter scale: Pixels per point.
    func render(scale: Double, colour: Bool) throws(RecognitionError) -> Picture {
        let width = max(1, Int((size.width * scale).rounded()))
        let height = max(1, Int((size.height * scale).rounded()))
        return try Picture(width: width, height: height, colour: colour) { bytes, stride in
            let format = colour ? FPDFBitmap_BGRx : FPDFBitmap_Gray
            let flags = FPDF_ANNOT | (colour ? 0 : FPDF_GRAYSCALE)
            guard let bitmap = FPDFBitmap_CreateEx(Int32(width), Int32(height), Int32(format), bytes, Int32(stride))
            else { return false }
            FPDFBitmap_FillRect(bitmap, 0, 0, Int32(width), Int32(height), 0xFFFF_FFFF)
            FPDF_RenderPageBitmap(bitmap, raw, 0, 0, Int32(width), Int32(height), 0, Int32(flags))
            FPDFBitmap_Destroy(bitmap)
            return true
        }
    }
}
