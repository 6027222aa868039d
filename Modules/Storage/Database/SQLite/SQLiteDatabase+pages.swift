import Foundation
import RapportCore

extension SQLiteDatabase {
    /// Bytes of the file, without its write-ahead log.
    public var size: Int64 { ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int64) ?? 0 }

    /// Reads every page of every table and of its indexes, which takes a second or so for a gigabyte in memory and as long as the disk
    /// takes for one that is not.
    ///
    /// Each table is read in a transaction of its own, so that the log can begin anew in between. Whether an index holds what its table
    /// does is not compared: that takes ten times as long.
    ///
    /// - Returns: what is damaged, in SQLite's words, some for each table; empty where all is sound.
    public func damage() async throws -> [String] {
        do {
            let tables = try await read { db in
                try db.all("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name") { $0.text(0) }
            }
            var found: [String] = []
            for table in tables { found += try await damage(to: table) }
            return found
        } catch let problem as Problem where problem.code == "database.damaged" {
            return [problem.reason]
        }
    }

    private func damage(to table: String) async throws -> [String] {
        do {
            return try await read { db in
                let name = table.replacing("\"", with: "\"\"")
                return try db.all("PRAGMA quick_check(\"\(raw: name)\")") { $0.text(0) }
                    .filter { $0 != "ok" }.prefix(Self.told).map { "\(table): \($0.replacing("\n", with: " "))" }
            }
        } catch let problem as Problem where problem.code == "database.damaged" {
            return ["\(table): \(problem.reason)"]
        }
    }

    /// Faults told of one table.
    private static let told = 3
}
