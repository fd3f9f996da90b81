import ServiceAPI

extension TextLayer {
    /// Joins glyphs to words and words to segments, on the page after it is turned by `quarterTurns`.
    func segments(turnedBy quarterTurns: Int, on size: PageSize) -> [TextSegment] {
        var builder = SegmentBuilder(size: size, pageTurns: quarterTurns)
        for glyph in glyphs { builder.add(glyph) }
        return builder.finish()
    }
}

/// Follows the order in which the page paints its glyphs and cuts it where the pen jumps.
private struct SegmentBuilder {
    let size: PageSize
    let pageTurns: Int

    private var segments: [TextSegment] = []
    private var words: [TextWord] = []
    private var text = String.UnicodeScalarView()
    /// Of the word so far: where it stands on the page, and in a frame in which it runs from left to right.
    private var wordBox: BoundingBox?
    private var wordFrame: BoundingBox?
    private var lastGlyph: BoundingBox?
    private var lastWord: BoundingBox?
    private var turns = 0

    init(size: PageSize, pageTurns: Int) {
        self.size = size
        self.pageTurns = pageTurns
    }

    /// Gap between words of one segment, in glyph heights; wider gaps part columns and cells.
    private static let segmentGap = 1.5
    /// Gap between glyphs of one word, in glyph heights, for files that paint no spaces.
    private static let wordGap = 0.3

    mutating func add(_ glyph: TextLayer.Glyph) {
        let frame = glyph.box.turned(by: glyph.quarterTurns, on: size)
        if glyph.quarterTurns != turns {
            endSegment()
            turns = glyph.quarterTurns
        } else if let last = lastGlyph {
            let height = max(last.height, frame.height, 1)
            let gap = max(frame.left - last.right, last.left - frame.right)
            let sameLine =
                min(last.bottom, frame.bottom) - max(last.top, frame.top) > 0.3 * min(last.height, frame.height)
            if !sameLine || gap > Self.segmentGap * height || jumpsBack(frame, glyph.scalar) {
                endSegment()
            } else if glyph.startsWord || gap > Self.wordGap * height {
                endWord()
            }
        }
        text.append(glyph.scalar)
        wordBox = wordBox?.union(glyph.box) ?? glyph.box
        wordFrame = wordFrame?.union(frame) ?? frame
        lastGlyph = frame
    }

    mutating func finish() -> [TextSegment] {
        endSegment()
        return segments
    }

    /// A left-to-right glyph painted left of where the line's last word began starts another line.
    private func jumpsBack(_ frame: BoundingBox, _ scalar: Unicode.Scalar) -> Bool {
        guard let last = lastWord ?? wordFrame, !scalar.isRightToLeft else { return false }
        return frame.right < last.left
    }

    private mutating func endWord() {
        defer {
            text = .init()
            lastWord = wordFrame ?? lastWord
            (wordBox, wordFrame) = (nil, nil)
        }
        guard let wordBox, !text.isEmpty else { return }
        let box = wordBox.turned(by: pageTurns, on: size).clamped(to: size.turned(by: pageTurns))
        words.append(TextWord(text: String(text), box: box, confidence: 1))
    }

    private mutating func endSegment() {
        endWord()
        if let segment = TextSegment(words) { segments.append(segment) }
        words = []
        (lastGlyph, lastWord) = (nil, nil)
    }
}
