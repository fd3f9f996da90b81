import FoundationEssentials

/// The turn that a camera notes in a JPEG file (EXIF 2.3, tag 0x0112 in the first directory of segment APP1).
enum EXIFOrientation {
    /// Clockwise quarter turns that bring the picture upright; mirrored values, which no camera writes, count as 0.
    static func quarterTurns(ofJPEG bytes: Data) -> Int {
        switch value(in: bytes) {
        case 3: 2
        case 6: 1
        case 8: 3
        default: 0
        }
    }

    private static func value(in bytes: Data) -> Int? {
        let file = Array(bytes.prefix(128 * 1024))
        func number(_ offset: Int, _ count: Int, littleEndian: Bool = false) -> Int? {
            guard offset >= 0, offset + count <= file.count else { return nil }
            let digits = file[offset..<offset + count]
            return (littleEndian ? Array(digits.reversed()) : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
        }
        var segment = 2
        while let marker = number(segment, 2), marker >> 8 == 0xFF, marker != 0xFFDA,
            let length = number(segment + 2, 2), length >= 2
        {
            let tiff = segment + 10
            if marker == 0xFFE1, file.dropFirst(segment + 4).prefix(6).elementsEqual(Array("Exif\0\0".utf8)) {
                let little = number(tiff, 2) == 0x4949
                guard let directory = number(tiff + 4, 4, littleEndian: little),
                    let entries = number(tiff + directory, 2, littleEndian: little)
                else { return nil }
                for entry in 0..<entries {
                    let place = tiff + directory + 2 + entry * 12
                    guard let tag = number(place, 2, littleEndian: little) else { return nil }
                    if tag == 0x0112 { return number(place + 8, 2, littleEndian: little) }
                }
                return nil
            }
            segment += 2 + length
        }
        return nil
    }
}
