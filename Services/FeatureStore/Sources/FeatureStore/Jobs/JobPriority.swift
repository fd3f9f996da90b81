/// Whose turn comes first among jobs that are due.
package enum JobPriority: String, CaseIterable, Sendable {
    /// Somebody waits for it.
    case interactive
    case normal
    /// Many at once, which must not hold up the others.
    case bulk

    /// Greater is sooner.
    var rank: Int {
        switch self {
        case .interactive: 1
        case .normal: 0
        case .bulk: -1
        }
    }
}
