import Foundation
import RapportCore
import Synchronization

/// Reads a backup slice by slice.
final class BackupReader: Sendable {
    struct Slice: Sendable {
        var table: BackupTable
        var rows: [[SQLValue]]
        /// Whether the table has no more rows.
        var isLast: Bool
    }

    private struct State {
        var lines: GzipReader
        var table: BackupTable?
        var rows = 0
        var hasEnded = false
    }

    let madeAt: Timestamp
    let migrations: [String]
    private let path: String
    private let state: Mutex<State>

    init(path: String) throws {
        self.path = path
        let lines = try GzipReader(path: path)
        guard let first = try lines.line(), let header = try? JSONValue(parsing: first),
            let version = header["rapport_backup"]?.integer
        else { throw Problem("backup.unreadable", "\(path) is not a backup of Rapport") }
        guard version == Backup.version else {
            throw Problem("backup.newer", "the backup \(path) has format \(version)", remedy: "Install a newer Rapport")
        }
        guard let madeAt = header["at"]?.string.flatMap({ Timestamp(rfc3339: $0) }), let migrations = header["migrations"]?.array
        else { throw GzipReader.damaged(path) }
        self.madeAt = madeAt
        self.migrations = migrations.compactMap(\.string)
        state = Mutex(State(lines: lines))
    }

    /// At most 2,000 rows of one table, or `nil` once the backup has ended as it should.
    func slice() throws -> Slice? {
        do {
            return try next()
        } catch let problem as Problem where problem.code == "json.invalid" {
            // A file cut short may end within a line.
            throw GzipReader.damaged(path)
        }
    }

    private func next() throws -> Slice? {
        try state.withLock { state in
            var rows: [[SQLValue]] = []
            while !state.hasEnded {
                guard let line = try state.lines.line() else { throw GzipReader.damaged(path) }
                if line.first == 0x5B {
                    guard let table = state.table, let row = try table.values(line) else { throw GzipReader.damaged(path) }
                    rows.append(row)
                    state.rows += 1
                    if rows.count == 2_000 { return Slice(table: table, rows: rows, isLast: false) }
                    continue
                }
                let finished = state.table
                let json = try JSONValue(parsing: line)
                if let count = json["end"]?.integer {
                    guard count == state.rows else { throw GzipReader.damaged(path) }
                    state.hasEnded = true
                } else {
                    guard let table = BackupTable(json) else { throw GzipReader.damaged(path) }
                    state.table = table
                }
                if let finished { return Slice(table: finished, rows: rows, isLast: true) }
            }
            return nil
        }
    }
}
