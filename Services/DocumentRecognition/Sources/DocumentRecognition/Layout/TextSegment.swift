import ServiceAPI

/// Words that stand close together on one base line: the smallest piece that reading order moves.
struct TextSegment {
    var words: [TextWord]
    var box: BoundingBox

    /// Nil when there are no words.
    init?(_ words: [TextWord]) {
        guard let box = words.lazy.map(\.box).hull() else { return nil }
        self.words = words
        self.box = box
    }

    /// Most of its letters are of a script written from right to left.
    var isRightToLeft: Bool {
        var balance = 0
        for word in words {
            for scalar in word.text.unicodeScalars where scalar.properties.isAlphabetic {
                balance += scalar.isRightToLeft ? 1 : -1
            }
        }
        return balance > 0
    }
}

extension Unicode.Scalar {
    /// Hebrew, Arabic and their neighbours: the blocks of which the bidirectional class is R or AL.
    var isRightToLeft: Bool {
        switch value {
        case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
        default: false
        }
    }
}
