/// What is stored of the entities and event times of a batch, so that a row that is there already is told from a new one.
///
/// A time of writing that the caller gave has to be the same; where the store gives it, the greatest row of that event
/// time has to hold the same cells. So a request that is sent again writes nothing, and a value that is corrected and
/// corrected back is three rows.
struct KnownRows {
    struct Moment: Hashable {
        var key: EntityKey
        var event: Timestamp
    }

    struct Writing: Hashable {
        var moment: Moment
        var created: Timestamp
    }

    private struct Content: Hashable {
        var isDeleted: Bool
        var cells: PackedRow
    }

    private var greatest: [Moment: HistoryRow] = [:]
    private var contents: [Writing: Set<Content>] = [:]

    /// What has to be added before rows of a batch can be told: the greatest row of moments, all rows of a writing.
    static func needs(of rows: some Sequence<PendingRow>) -> (moments: Set<Moment>, writings: Set<Writing>) {
        var moments: Set<Moment> = []
        var writings: Set<Writing> = []
        for row in rows {
            let moment = Moment(key: row.key, event: row.event)
            if let created = row.created {
                writings.insert(Writing(moment: moment, created: created))
            } else {
                moments.insert(moment)
            }
        }
        return (moments, writings)
    }

    mutating func add(_ row: HistoryRow, of key: EntityKey) {
        let moment = Moment(key: key, event: row.order.event)
        if greatest[moment].map({ $0.order < row.order }) ?? true { greatest[moment] = row }
        contents[Writing(moment: moment, created: row.order.created), default: []].insert(
            Content(isDeleted: row.isDeleted, cells: row.cells))
    }

    func holds(_ row: PendingRow) -> Bool {
        let moment = Moment(key: row.key, event: row.event)
        guard let created = row.created else {
            return greatest[moment].map { $0.isDeleted == row.isDeleted && $0.cells == row.cells } ?? false
        }
        return contents[Writing(moment: moment, created: created)]?
            .contains(Content(isDeleted: row.isDeleted, cells: row.cells)) ?? false
    }
}
