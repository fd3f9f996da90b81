/// Names what stands in place of characters that the PDF's fonts lack.
enum UnprintableScript {
    /// The script's name, or the character's number where naming it says more.
    static func name(of character: Character) -> String {
        guard let scalar = character.unicodeScalars.first else { return "" }
        if ScalarClass(scalar) == .control { return scalar.notation }
        return ranges.first { $0.range.contains(scalar.value) }?.name ?? scalar.notation
    }

    private static let ranges: [(range: ClosedRange<UInt32>, name: String)] = [
        (0x0370...0x03FF, "Greek"), (0x0400...0x052F, "Cyrillic"), (0x0530...0x058F, "Armenian"),
        (0x0590...0x05FF, "Hebrew"), (0x0600...0x06FF, "Arabic"), (0x0700...0x074F, "Syriac"),
        (0x0750...0x077F, "Arabic"), (0x08A0...0x08FF, "Arabic"), (0x0900...0x0DFF, "Indic"),
        (0x0E00...0x0EFF, "Thai or Lao"), (0x0F00...0x0FFF, "Tibetan"), (0x1000...0x109F, "Burmese"),
        (0x10A0...0x10FF, "Georgian"), (0x1100...0x11FF, "Hangul"), (0x1200...0x139F, "Ethiopic"),
        (0x1780...0x17FF, "Khmer"), (0x1F00...0x1FFF, "Greek"), (0x2600...0x27BF, "symbol"),
        (0x2E80...0x2FDF, "Han"), (0x3001...0x303F, "CJK mark"), (0x3040...0x30FF, "Kana"),
        (0x3130...0x318F, "Hangul"), (0x31F0...0x31FF, "Kana"), (0x3400...0x4DBF, "Han"),
        (0x4E00...0x9FFF, "Han"), (0xA960...0xA97F, "Hangul"), (0xAC00...0xD7FF, "Hangul"),
        (0xF900...0xFAFF, "Han"), (0xFB1D...0xFB4F, "Hebrew"), (0xFB50...0xFDFF, "Arabic"),
        (0xFE70...0xFEFE, "Arabic"), (0x1F000...0x1FAFF, "emoji"), (0x20000...0x3FFFD, "Han"),
    ]
}
