import Foundation
import GRDBSQLite

/// A write-ahead log that is written some thirty pages at a time.
///
/// SQLite writes each page to its log by two calls to the system, one for 24 bytes of header and one for the page, and a transaction of
/// sixty events changes some hundreds of pages. They follow each other in the file, so they are gathered, and written before anybody
/// can miss them: when the commit is synced, which comes before other connections learn that the log has grown, and
/// before this connection reads, measures or cuts the log.
enum SQLiteGatheredLog {
    private typealias Methods = SQLiteFileMethods<Gathered>

    private struct Gathered {
        /// Each page with its header takes 4,120 bytes. SQLite's way to a Unix file takes less than 128 KiB at once.
        static let capacity: Int32 = 30 * 4_120

        let bytes = UnsafeMutableRawPointer.allocate(byteCount: Int(capacity), alignment: 16)
        var count: Int32 = 0
        /// Where in the file the first of them belongs.
        var offset: Int64 = 0

        /// Whether bytes for that place follow those that are here, and find room.
        func takes(_ more: Int32, at place: Int64) -> Bool {
            count == 0 ? more <= Self.capacity : offset + Int64(count) == place && more <= Self.capacity - count
        }

        mutating func take(_ source: UnsafeRawPointer, _ more: Int32, at place: Int64) {
            if count == 0 { offset = place }
            (bytes + Int(count)).copyMemory(from: source, byteCount: Int(more))
            count += more
        }
    }

    /// For a writer in WAL mode whose every commit is synced: by that, others see what was gathered. Call it between two transactions.
    static func gather(_ writer: OpaquePointer?) {
        // A connection that has read nothing has not opened its log.
        sqlite3_exec(writer, "SELECT count(*) FROM sqlite_schema", nil, nil, nil)
        Methods.replace(SQLITE_FCNTL_JOURNAL_POINTER, of: writer, keeping: Gathered()) { methods in
            // A C function captures nothing, not even in which type it stands.
            methods.xWrite = { file, bytes, count, offset in SQLiteGatheredLog.write(file, bytes, count, offset) }
            methods.xRead = { file, bytes, count, offset in
                SQLiteGatheredLog.flushed(file) { $0.xRead(file, bytes, count, offset) }
            }
            methods.xSync = { file, flags in SQLiteGatheredLog.flushed(file) { $0.xSync(file, flags) } }
            methods.xTruncate = { file, size in SQLiteGatheredLog.flushed(file) { $0.xTruncate(file, size) } }
            methods.xFileSize = { file, size in SQLiteGatheredLog.flushed(file) { $0.xFileSize(file, size) } }
            methods.xClose = { file in
                let result = SQLiteGatheredLog.flushed(file) { _ in SQLITE_OK }
                Methods.of(file)?.pointee.kept.bytes.deallocate()
                let closed = Methods.close(file)
                return result == SQLITE_OK ? closed : result
            }
        }
    }

    private static func write(_ file: Methods.File, _ bytes: UnsafeRawPointer?, _ count: Int32, _ offset: Int64) -> Int32 {
        guard let table = Methods.of(file), let bytes else { return SQLITE_IOERR }
        if !table.pointee.kept.takes(count, at: offset) {
            let result = flushed(file) { _ in SQLITE_OK }
            guard result == SQLITE_OK else { return result }
            guard table.pointee.kept.takes(count, at: offset) else {
                return table.pointee.system.xWrite(file, bytes, count, offset)
            }
        }
        table.pointee.kept.take(bytes, count, at: offset)
        return SQLITE_OK
    }

    /// Writes what was gathered, and then does the rest. Where that fails, nothing of it is left: SQLite rolls back.
    private static func flushed(_ file: Methods.File, then rest: (sqlite3_io_methods) -> Int32) -> Int32 {
        guard let table = Methods.of(file) else { return SQLITE_IOERR }
        let (count, offset) = (table.pointee.kept.count, table.pointee.kept.offset)
        if count > 0 {
            table.pointee.kept.count = 0
            let result = table.pointee.system.xWrite(file, table.pointee.kept.bytes, count, offset)
            guard result == SQLITE_OK else { return result }
        }
        return rest(table.pointee.system)
    }
}
