/// Which pages of a document to read: 1-based numbers and ranges, such as `1-20,25`, `5-` or `-3`.
package struct PageSelection: Sendable, Equatable {
    private var ranges: [ClosedRange<Int>]

    package static let all = PageSelection(ranges: [1...Int.max])

    private init(ranges: [ClosedRange<Int>]) { self.ranges = ranges }

    /// - Throws: `invalid_request` naming what cannot be understood.
    package init(parsing text: String) throws(RecognitionError) {
        ranges = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.drop { $0 == " " }
            }
            let first = ends[0].isEmpty && ends.count == 2 ? 1 : Int(ends[0])
            let last = ends.count == 1 ? first : ends[1].isEmpty ? Int.max : Int(ends[1])
            guard let first, let last, first >= 1, first <= last, !ends.allSatisfy(\.isEmpty) else {
                throw RecognitionError(
                    .invalidRequest,
                    "pages: '\(part.prefix(40))' is not a page number or a range such as 1-20", field: "pages")
            }
            ranges.append(first...last)
        }
    }

    /// The selected pages of a document, ascending and without repetition.
    /// - Throws: `invalid_request` when none is selected, `page_limit_exceeded` when more than `limit` are.
    package func pages(of count: Int, limit: Int) throws(RecognitionError) -> [Int] {
        var selected: Set<Int> = []
        for range in ranges where range.lowerBound <= count {
            for page in range.clamped(to: 1...count) {
                selected.insert(page)
                if selected.count > limit {
                    throw RecognitionError(
                        .pageLimit,
                        "the document has \(count) pages; at most \(limit) are read in one request (limit.pages): "
                            + "select some, for instance pages=1-\(limit)", field: "pages")
                }
            }
        }
        if selected.isEmpty {
            throw RecognitionError(
                .invalidRequest, "pages: the document has \(count) pages and none of them is selected", field: "pages")
        }
        return selected.sorted()
    }
}
