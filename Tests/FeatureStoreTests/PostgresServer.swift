import Foundation
import ServiceTesting
import Synchronization

/// A PostgreSQL server of the tests' own: started when first asked for, stopped with the process, on a socket in its
/// folder.
///
/// Needs Debian's package postgresql.
enum PostgresServer {
    private static let folder = Mutex<String?>(nil)
    private static let databases = Mutex(0)

    /// Makes an empty database.
    /// - Returns: where it is, as libpq takes it.
    static func database() throws -> String {
        let folder = try running()
        let number = databases.withLock { number in
            number += 1
            return number
        }
        try run("psql", "-q", "-h", folder, "-U", "postgres", "-c", "CREATE DATABASE test\(number)", "postgres")
        return "host=\(folder) user=postgres dbname=test\(number)"
    }

    /// Runs statements in a database that `database()` made.
    static func execute(_ sql: String, in database: String) throws {
        try run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql)
    }

    private static func running() throws -> String {
        try folder.withLock { folder in
            if let folder { return folder }
            let path = "/tmp/quinion-postgres-\(ProcessInfo.processInfo.processIdentifier)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            // The server refuses to run as root.
            if getuid() == 0 { try Command.run("chown", "postgres", path) }
            try run("initdb", "-D", path + "/data", "-A", "trust", "-U", "postgres", "--no-sync")
            try run(
                "pg_ctl", "-D", path + "/data", "-l", path + "/log", "-w", "-o",
                "-k \(path) -c listen_addresses='' -c fsync=off -c max_connections=200", "start")
            folder = path
            atexit { PostgresServer.stop() }
            return path
        }
    }

    private static func stop() {
        guard let path = folder.withLock({ $0 }) else { return }
        try? run("pg_ctl", "-D", path + "/data", "-m", "immediate", "stop")
        try? FileManager.default.removeItem(atPath: path)
    }

    private static func run(_ program: String, _ arguments: String...) throws {
        let folders = ["/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/15/bin"]
        let path = folders.map { $0 + "/" + program }.first(where: FileManager.default.isExecutableFile) ?? program
        var command = [path] + arguments
        if getuid() == 0 { command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] + command }
        let quoted = command.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
        // Foundation waits until nobody holds its socket any more, so a server that goes on must not inherit it.
        try Command.run(
            "bash", "-c",
            """
            cd /tmp
            (for file in /proc/self/fd/*; do
                number=${file##*/}; [ "$number" -le 2 ] || eval "exec $number>&-"
            done; \(quoted)) >/dev/null 2>&1 </dev/null
            """)
    }
}
