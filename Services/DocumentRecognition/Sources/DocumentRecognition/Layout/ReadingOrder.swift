import ServiceAPI

/// Brings the pieces of an upright page into the order in which a person reads them.
///
/// A page is cut at gutters between columns of prose, recursively; what spans the gutter parts the columns above from
/// those below. What is left, tables and forms included, is read row by row.
enum ReadingOrder {
    static func blocks(of segments: [TextSegment]) -> [TextBlock] {
        var blocks: [TextBlock] = []
        arrange(segments, depth: 0) { blocks += paragraphs(of: rows(of: $0)) }
        return blocks
    }

    /// Cuts deeper than a newspaper's page are noise.
    private static let depthLimit = 8

    private static func arrange(_ segments: [TextSegment], depth: Int, emit: ([TextSegment]) -> Void) {
        guard depth < depthLimit, let gutter = Gutter(widestIn: segments) else {
            if !segments.isEmpty { emit(segments) }
            return
        }
        let spanning = segments.filter { gutter.isCrossed(by: $0.box) }.sorted { $0.box.top < $1.box.top }
        var rest = segments.filter { !gutter.isCrossed(by: $0.box) }
        /// Columns first, then the spanning pieces below them that have no column piece between.
        func columns(_ band: [TextSegment]) {
            arrange(band.filter { $0.box.middleX < gutter.middle }, depth: depth + 1, emit: emit)
            arrange(band.filter { $0.box.middleX >= gutter.middle }, depth: depth + 1, emit: emit)
        }
        var across: [TextSegment] = []
        for segment in spanning {
            let above = rest.filter { $0.box.middleY < segment.box.middleY }
            if !above.isEmpty {
                if !across.isEmpty { emit(across) }
                across = []
                columns(above)
                rest.removeAll { $0.box.middleY < segment.box.middleY }
            }
            across.append(segment)
        }
        if !across.isEmpty { emit(across) }
        columns(rest)
    }

    /// Segments whose middles share a row, each row from its reading start.
    static func rows(of segments: [TextSegment]) -> [TextLine] {
        var rows: [(band: BoundingBox, segments: [TextSegment])] = []
        for segment in segments.sorted(by: { ($0.box.middleY, $0.box.left) < ($1.box.middleY, $1.box.left) }) {
            // The row's first piece decides, so that a slope cannot chain rows together.
            if let band = rows.last?.band, segment.box.middleY < band.bottom - band.height / 4,
                band.middleY > segment.box.top
            {
                rows[rows.count - 1].segments.append(segment)
            } else {
                rows.append((segment.box, [segment]))
            }
        }
        return rows.compactMap { row in
            let rightToLeft = row.segments.count(where: \.isRightToLeft) * 2 > row.segments.count
            let ordered = row.segments.sorted {
                rightToLeft ? $0.box.right > $1.box.right : $0.box.left < $1.box.left
            }
            return ordered.lazy.map(\.box).hull().map {
                TextLine(box: $0, words: ordered.flatMap(\.words))
            }
        }
    }

    /// Space between rows, in row heights, that parts paragraphs.
    private static let paragraphGap = 0.6
    /// Ratio of row heights that parts a heading from its text.
    private static let headingRatio = 1.35

    private static func paragraphs(of rows: [TextLine]) -> [TextBlock] {
        var blocks: [TextBlock] = []
        for row in rows {
            if let last = blocks.last?.lines.last {
                let (low, high) = (min(last.box.height, row.box.height), max(last.box.height, row.box.height))
                if row.box.top - last.box.bottom <= paragraphGap * high, high <= headingRatio * max(low, 1) {
                    blocks[blocks.count - 1].lines.append(row)
                    blocks[blocks.count - 1].box = blocks[blocks.count - 1].box.union(row.box)
                    continue
                }
            }
            blocks.append(TextBlock(box: row.box, lines: [row]))
        }
        return blocks
    }
}
