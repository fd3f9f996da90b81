import CLeptonica
import FoundationEssentials

/// A PNG, JPEG, TIFF or WebP file.
///
/// Headers are checked before any pixel is decoded.
final class ImageFile {
    let format: DocumentFormat
    private let bytes: Data
    /// Of a TIFF: the places of its pages' directories.
    private let directories: [Int]

    var pageCount: Int { format == .tiff ? directories.count : 1 }

    /// - Throws: `document_damaged`.
    init(path: String, format: DocumentFormat) throws(RecognitionError) {
        self.format = format
        do {
            bytes = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
        } catch {
            throw RecognitionError(.documentDamaged, "the document could not be opened: \(error)")
        }
        directories = format == .tiff ? try TIFFDirectories(bytes).offsets : []
    }

    struct Header {
        var width: Int
        var height: Int
        var bitsPerPixel: Int
    }

    /// - Parameter number: 1-based.
    func header(ofPage number: Int) throws(RecognitionError) -> Header {
        var (width, height, bits, samples, colourMap, kind, resolution):
            (Int32, Int32, Int32, Int32, Int32, Int32, Int32)
        (width, height, bits, samples, colourMap, kind, resolution) = (0, 0, 0, 0, 0, 0, 0)
        let failed = withBytes { data, count in
            format == .tiff
                ? readHeaderMemTiff(
                    data, count, Int32(number - 1), &width, &height, &bits, &samples, &resolution, &colourMap, &kind)
                : pixReadHeaderMem(data, count, &kind, &width, &height, &bits, &samples, &colourMap)
        }
        guard failed == 0, width > 0, height > 0 else { throw damaged(page: number) }
        return Header(width: Int(width), height: Int(height), bitsPerPixel: Int(bits * max(1, samples)))
    }

    /// Decodes a page.
    /// - Throws: `pixel_limit_exceeded` from the header alone, `page_damaged`.
    func picture(ofPage number: Int, pixelLimit: Int) throws(RecognitionError) -> Picture {
        let header = try header(ofPage: number)
        guard header.width * header.height <= pixelLimit, max(header.width, header.height) <= Tesseract.sideLimit else {
            throw RecognitionError(
                .pixelLimit,
                "page \(number) is \(header.width) x \(header.height) pixels; the limit is \(pixelLimit) pixels "
                    + "(limit.pixels) and \(Tesseract.sideLimit) a side")
        }
        let pix = withBytes { data, count in
            format == .tiff ? pixReadMemTiff(data, count, Int32(number - 1)) : pixReadMem(data, count)
        }
        guard let picture = Picture(owning: pix), !isCutOff else { throw damaged(page: number) }
        return picture
    }

    /// Whether a JPEG file lacks its end: the decoder then fills the rest of the picture with grey and says nothing.
    private var isCutOff: Bool {
        guard format == .jpeg else { return false }
        // Some writers add a few bytes after the marker of the end.
        let tail = Array(bytes.suffix(1024))
        return !zip(tail, tail.dropFirst()).contains { $0 == (0xFF, 0xD9) }
    }

    /// Clockwise quarter turns that the file asks its viewer for.
    ///
    /// Leptonica obeys a TIFF's tag by itself.
    var quarterTurns: Int { format == .jpeg ? EXIFOrientation.quarterTurns(ofJPEG: bytes) : 0 }

    private func withBytes<T>(_ body: (UnsafePointer<UInt8>, Int) -> T) -> T {
        bytes.withUnsafeBytes { buffer in
            // A document of no bytes never comes here: its format is unknown.
            body(buffer.baseAddress!.assumingMemoryBound(to: UInt8.self), buffer.count)
        }
    }

    private func damaged(page number: Int) -> RecognitionError {
        RecognitionError(
            pageCount == 1 ? .documentDamaged : .pageDamaged,
            "page \(number) of the \(format.mediaType) file is damaged or truncated: it could not be decoded")
    }
}
