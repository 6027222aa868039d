import ArgumentParser
import Foundation
import GRDB

/// The baseline of `/v1/batch`: prepared inserts in transactions of a hundred, durable like ours, into a table with one key.
struct BareInserts: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bare-inserts", abstract: "Prepared inserts in durable transactions of a hundred rows.")

    @Argument(help: "A folder on the disk that is measured.") var folder: String
    @Option(help: "How long to insert.") var seconds = 5.0
    @Option(help: "Rows in a transaction.") var batch = 100

    func run() throws {
        let path = URL(fileURLWithPath: folder).appending(path: "bare-inserts.db").path
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        let database = try DatabaseQueue(path: path)
        let rows = try database.inDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
            try db.execute(
                sql: """
                    CREATE TABLE events (
                        id INTEGER PRIMARY KEY, user TEXT NOT NULL, event TEXT NOT NULL, message TEXT NOT NULL,
                        at INTEGER NOT NULL, properties TEXT NOT NULL)
                    """)
            let statement = try db.makeStatement(
                sql: "INSERT INTO events (user, event, message, at, properties) VALUES (?, ?, ?, ?, ?)")
            let properties = #"{"order_id":"50314b8e9bcf000000000000","total":27.5,"currency":"EUR"}"#
            var rows = 0
            let end = ContinuousClock.now + .seconds(seconds)
            while ContinuousClock.now < end {
                try db.inTransaction(.immediate) {
                    for _ in 0..<batch {
                        rows += 1
                        try statement.execute(
                            arguments: [
                                "user-\(rows % 100_000)", "Order Completed", "message-\(rows)", 1_790_000_000_000 + rows,
                                properties,
                            ])
                    }
                    return .commit
                }
            }
            return rows
        }
        try database.close()
        print(#"{"rows": \#(rows), "rows_per_second": \#(Int(Double(rows) / seconds))}"#)
    }
}
