import Foundation
import ServiceTesting
import Synchronization

/// A PostgreSQL server of the tests' own, on a socket in its folder, stopped with the process.
///
/// Needs Debian's package postgresql.
final class PostgresServer: Sendable {
    private struct State {
        var isMade = false
        var databases = 0
    }

    /// The one that most tests share.
    static let shared = PostgresServer("shared")
    private static let all = Mutex<[PostgresServer]>([])

    private let path: String
    private let state = Mutex(State())

    /// - Parameter name: Names its folder.
    init(_ name: String) {
        path = "/tmp/quinion-postgres-\(ProcessInfo.processInfo.processIdentifier)-\(name)"
    }

    /// Makes an empty database.
    /// - Returns: where it is, as libpq takes it.
    static func database() throws -> String { try shared.database() }

    func database() throws -> String {
        let number = try state.withLock { state in
            if !state.isMade { try make() }
            state.isMade = true
            state.databases += 1
            return state.databases
        }
        try run("psql", "-q", "-h", path, "-U", "postgres", "-c", "CREATE DATABASE test\(number)", "postgres")
        return "host=\(path) user=postgres dbname=test\(number)"
    }

    /// Asks a database one thing.
    static func value(_ sql: String, in database: String) throws -> String {
        try shared.output(["psql", "-At", database, "-c", sql])
    }

    /// Runs statements in a database that `database()` made.
    static func execute(_ sql: String, in database: String) throws {
        _ = try shared.output(["psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql])
    }

    /// Runs a file of statements in a database.
    static func script(_ path: String, in database: String) throws {
        _ = try shared.output(["psql", "-q", "-v", "ON_ERROR_STOP=1", database, "-f", path])
    }

    func start() throws {
        try run(
            "pg_ctl", "-D", path + "/data", "-l", path + "/log", "-w", "-o",
            "-k \(path) -c listen_addresses='' -c fsync=off -c max_connections=600", "start")
    }

    /// Ends it as a crash does: nothing is written that was not before.
    func crash() throws { try run("pg_ctl", "-D", path + "/data", "-m", "immediate", "stop") }

    private func make() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        // The server refuses to run as root.
        if getuid() == 0 { try Command.run("chown", "postgres", path) }
        try run("initdb", "-D", path + "/data", "-A", "trust", "-U", "postgres", "--no-sync")
        try start()
        let isFirst = Self.all.withLock { all in
            all.append(self)
            return all.count == 1
        }
        if isFirst {
            atexit {
                for server in PostgresServer.all.withLock({ $0 }) {
                    try? server.crash()
                    try? FileManager.default.removeItem(atPath: server.path)
                }
            }
        }
    }

    private func run(_ arguments: String...) throws { _ = try output(arguments) }

    private func output(_ arguments: [String]) throws -> String {
        let program = arguments[0]
        let folders = ["/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/15/bin"]
        let path = folders.map { $0 + "/" + program }.first(where: FileManager.default.isExecutableFile) ?? program
        var command = [path] + arguments.dropFirst()
        if getuid() == 0 { command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] + command }
        let quoted = command.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
        let answer = "\(self.path)-\(UUID().uuidString)"
        // Foundation waits until nobody holds its socket any more, so a server that goes on must not inherit it.
        try Command.run(
            "bash", "-c",
            """
            cd /tmp
            (for file in /proc/self/fd/*; do
                number=${file##*/}; [ "$number" -le 2 ] || eval "exec $number>&-"
            done; \(quoted)) >'\(answer)' 2>/dev/null </dev/null
            """)
        defer { try? FileManager.default.removeItem(atPath: answer) }
        return try String(contentsOfFile: answer, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
