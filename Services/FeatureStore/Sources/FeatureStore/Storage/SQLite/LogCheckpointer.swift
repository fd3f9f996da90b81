import GRDB
import Synchronization

/// Copies pages of the write-ahead log into the database's file beside the writer.
///
/// SQLite itself does so in the commit that finds the log full, and all other writes wait meanwhile for some tenths of a
/// second of disk. With most pages copied before, little is left to that commit.
final class LogCheckpointer: Sendable {
    /// At least between two checkpoints.
    private static let pause = Duration.milliseconds(100)

    private let connection: DatabaseQueue
    /// When the next may begin; nil while one is under way.
    private let next = Mutex<ContinuousClock.Instant?>(.now)

    init(path: String) throws {
        var configuration = Configuration()
        configuration.label = "feature-store.checkpoint"
        connection = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// To be called behind each commit; it does not wait.
    func committed() {
        let begins = next.withLock { next in
            guard let due = next, due <= .now else { return false }
            next = nil
            return true
        }
        guard begins else { return }
        connection.asyncWriteWithoutTransaction { [self] db in
            // Passive: it waits for nobody. What keeps it from writing, such as a full disk, commits tell themselves.
            _ = try? db.checkpoint(.passive)
            next.withLock { $0 = .now + Self.pause }
        }
    }
}
