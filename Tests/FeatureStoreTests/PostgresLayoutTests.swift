import FeatureStore
import Foundation
import ServiceAPI
import ServiceTesting
import Testing

/// How PostgreSQL's tables may be laid out over partitions and nodes.
@Suite struct PostgresLayoutTests {
    private static func file(_ name: String) -> String { Repository.root + "/deploy/postgresql/" + name }

    /// Citus and YugabyteDB hold a row where its entity is, so no key may be unique without it; what is joined or looked
    /// up by row has it first, after the view.
    @Test func everyUniqueKeyOfDistributedTablesHoldsTheEntity() async throws {
        let database = try PostgresServer.database()
        _ = try await PostgresFeatureStorage(database, connections: 1)
        let keys = try PostgresServer.value(
            """
            SELECT string_agg(t.relname || ': ' || (
                SELECT string_agg(a.attname, ', ' ORDER BY k.place)
                FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place)
                JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number), '; ' ORDER BY t.relname)
            FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
            WHERE t.relname IN ('feature_history', 'feature_latest')
            """, in: database)
        #expect(
            keys == "feature_history: view_id, entity_key, event_time, created_time, sequence; "
                + "feature_latest: view_id, entity_key")
        let foreign = try PostgresServer.value("SELECT count(*) FROM pg_constraint WHERE contype = 'f'", in: database)
        #expect(foreign == "0")
        // What the files distribute by is what the keys hold.
        for name in ["citus.sql", "yugabytedb.sql"] {
            let text = try String(contentsOfFile: Self.file(name), encoding: .utf8)
            for table in ["feature_history", "feature_latest"] {
                #expect(text.contains(table) && text.contains("entity_key"), "\(name)")
            }
        }
    }

    /// Columns of the files' tables are those that the store makes itself.
    @Test func tablesMadeBeforehandHaveTheSameColumns() async throws {
        let columns = """
            SELECT string_agg(table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable, ', '
                ORDER BY table_name, ordinal_position)
            FROM information_schema.columns WHERE table_name IN ('feature_history', 'feature_latest')
            """
        let own = try PostgresServer.database()
        _ = try await PostgresFeatureStorage(own, connections: 1)
        let partitioned = try PostgresServer.database()
        try PostgresServer.script(Self.file("partitions.sql"), in: partitioned)
        _ = try await PostgresFeatureStorage(partitioned, connections: 1)
        #expect(try PostgresServer.value(columns, in: own) == PostgresServer.value(columns, in: partitioned))
        // YugabyteDB's file, in PostgreSQL's words.
        let text = try String(contentsOfFile: Self.file("yugabytedb.sql"), encoding: .utf8)
            .replacing("(view_id, entity_key) HASH", with: "view_id, entity_key").replacing(" DESC", with: "")
        let folder = try TemporaryFolder()
        try text.write(toFile: folder.path + "/tables.sql", atomically: true, encoding: .utf8)
        try Command.run("chmod", "-R", "a+rX", folder.path)
        let yugabyte = try PostgresServer.database()
        try PostgresServer.script(folder.path + "/tables.sql", in: yugabyte)
        _ = try await PostgresFeatureStorage(yugabyte, connections: 1)
        #expect(try PostgresServer.value(columns, in: own) == PostgresServer.value(columns, in: yugabyte))
    }

    /// Rows go to their months, what has none to the rest, and reads find all of them.
    @Test func historyInMonthlyPartitionsAnswersTheSame() async throws {
        var database = ""
        let store = try await StorageUnderTest(.postgres) { made in
            database = made
            try PostgresServer.script(Self.file("partitions.sql"), in: made)
        }
        let now = Timestamp.now().microseconds
        let day: Int64 = 86_400_000_000
        // From far before the first month to far after the last.
        let days: [Int64] = [-4000, -800, -200, -40, -1, 0, 40, 300, 5000]
        for (number, offset) in days.enumerated() {
            try await store.write(["trips": .int(Int64(number))], event: now + offset * day, now: now)
        }
        for (number, offset) in days.enumerated() {
            #expect(try await store.held(at: now + offset * day) == ["trips": .int(Int64(number))])
            let before = try await store.held(at: now + offset * day - 1)
            #expect(before == (number == 0 ? [:] : ["trips": .int(Int64(number - 1))]))
        }
        #expect(try await store.latest() == ["trips": .int(8)])
        let used = try PostgresServer.value(
            "SELECT count(DISTINCT tableoid) > 4 FROM feature_history WHERE tableoid <> 'feature_history_other'::regclass",
            in: database)
        #expect(used == "t")
        let rest = try PostgresServer.value("SELECT count(*) FROM feature_history_other", in: database)
        #expect(rest == "3")
        // Made again, nothing is made.
        let again = try PostgresServer.value(
            "SELECT feature_history_months((now() - INTERVAL '1 year')::date, (now() + INTERVAL '2 years')::date)",
            in: database)
        #expect(again == "0")
    }
}
