import CLeptonica
import FoundationEssentials
import ServiceAPI

/// A picture held by Leptonica.
///
/// Confined to the reading process's one thread.
final class Picture {
    let pix: UnsafeMutablePointer<Pix>

    var width: Int { Int(pixGetWidth(pix)) }
    var height: Int { Int(pixGetHeight(pix)) }
    /// Bits per pixel.
    var depth: Int { Int(pixGetDepth(pix)) }
    var size: PageSize { PageSize(width: Double(width), height: Double(height)) }
    /// Dots per inch; 0 when the file does not say.
    var resolution: (x: Int, y: Int) { (Int(pixGetXRes(pix)), Int(pixGetYRes(pix))) }

    static var libraryVersion: String {
        guard let text = getLeptonicaVersion() else { return "unknown" }
        defer { lept_free(text) }
        return String(String(cString: text).drop { !$0.isNumber })
    }

    /// Takes ownership; nil when Leptonica could not make the picture.
    init?(owning pix: UnsafeMutablePointer<Pix>?) {
        guard let pix else { return nil }
        self.pix = pix
    }

    /// A picture whose rows `paint` fills: 8 bits of grey, or 32 bits blue, green, red, unused.
    convenience init(
        width: Int, height: Int, colour: Bool,
        paint: (_ bytes: UnsafeMutableRawPointer, _ stride: Int) -> Bool
    ) throws(RecognitionError) {
        guard let pix = pixCreate(Int32(width), Int32(height), colour ? 32 : 8) else { throw .outOfMemory }
        self.init(pix)
        guard let words = pixGetData(pix), paint(words, Int(pixGetWpl(pix)) * 4) else { throw .outOfMemory }
        if colour {
            // Leptonica keeps a pixel as 0xRRGGBBAA in a native word; the painter's little-endian word is 0x00RRGGBB.
            for index in 0..<height * Int(pixGetWpl(pix)) { words[index] <<= 8 }
        } else {
            pixEndianByteSwap(pix)
        }
    }

    private init(_ pix: UnsafeMutablePointer<Pix>) { self.pix = pix }

    deinit {
        var doomed: UnsafeMutablePointer<Pix>? = pix
        pixDestroy(&doomed)
    }

    /// The result of a Leptonica call that takes this picture and makes another one.
    func mapped(
        _ make: (UnsafeMutablePointer<Pix>) -> UnsafeMutablePointer<Pix>?
    ) throws(RecognitionError) -> Picture {
        guard let picture = Picture(owning: make(pix)) else { throw .outOfMemory }
        return picture
    }

    func turned(by quarterTurns: Int) throws(RecognitionError) -> Picture {
        quarterTurns & 3 == 0 ? self : try mapped { pixRotateOrth($0, Int32(quarterTurns & 3)) }
    }

    /// A JPEG of the picture, for people.
    func preview(width wanted: Int) throws(RecognitionError) -> PagePreview {
        let scale = min(1, Double(wanted) / Double(width))
        let small =
            scale < 1 ? try mapped { pixScaleToSize($0, Int32(wanted), max(1, Int32(size.height * scale))) } : self
        let shown = try small.mapped { pixGetDepth($0) < 8 ? pixConvertTo8($0, 0) : pixConvertTo32($0) }
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        guard pixWriteMemJpeg(&bytes, &count, shown.pix, 80, 0) == 0, let bytes else { throw .outOfMemory }
        defer { lept_free(bytes) }
        return PagePreview(
            mediaType: "image/jpeg", width: shown.width, height: shown.height,
            content: Data(bytes: bytes, count: count).base64EncodedString())
    }
}

extension RecognitionError {
    static var outOfMemory: Self {
        RecognitionError(.pixelLimit, "the picture of the page does not fit into the reading process's memory")
    }
}
