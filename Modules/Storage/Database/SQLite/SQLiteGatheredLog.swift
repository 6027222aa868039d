import GRDBSQLite

/// A write-ahead log that is written some thirty pages at a time.
///
/// SQLite writes each page to its log by two calls to the system, one for 24 bytes of header and one for the page, and a transaction of
/// sixty events changes some hundreds of pages. They follow each other in the file, so they are gathered, and written before anybody
/// can miss them: when the commit is synced, which comes before other connections learn that the log has grown, and
/// before this connection reads, measures or cuts the log. What a transaction leaves that is rolled back is dropped before others may
/// write: their pages stand in its place.
enum SQLiteGatheredLog {
    private typealias Methods = SQLiteFileMethods<Gathered>

    private final class Gathered {
        /// Each page with its header takes 4,120 bytes. SQLite's way to a Unix file takes less than 128 KiB at once.
        static let capacity: Int32 = 30 * 4_120

        private let bytes = UnsafeMutableRawPointer.allocate(byteCount: Int(capacity), alignment: 16)
        private var count: Int32 = 0
        /// Where in the file the first of them belongs.
        private var offset: Int64 = 0
        private let groupCommit: SQLiteGroupCommit?
        /// Whether the log was begun anew and has not been synced since. Its header is synced before what follows it.
        private var isBegun = false

        init(_ groupCommit: SQLiteGroupCommit?) { self.groupCommit = groupCommit }

        deinit { bytes.deallocate() }

        func drop() { count = 0 }

        /// - Returns: whether the bytes follow those that are here and find room; else they are not taken.
        func take(_ source: UnsafeRawPointer, _ more: Int32, at place: Int64) -> Bool {
            if count == 0 { offset = place }
            if place == 0 { isBegun = true }
            guard offset + Int64(count) == place, more <= Self.capacity - count else { return false }
            (bytes + Int(count)).copyMemory(from: source, byteCount: Int(more))
            count += more
            return true
        }

        /// Whether a sync is left to the group commit.
        func leavesSync() -> Bool {
            defer { isBegun = false }
            return !isBegun && groupCommit?.takesOver() == true
        }

        /// Hands over what is here. Where it could not be written it stays, so that no commit can succeed without it.
        func flush(_ write: (UnsafeRawPointer, Int32, Int64) -> Int32) -> Int32 {
            guard count > 0 else { return SQLITE_OK }
            let result = write(bytes, count, offset)
            if result == SQLITE_OK { count = 0 }
            return result
        }
    }

    /// The lock that who writes has, by its number in the shared memory (https://sqlite.org/walformat.html, section 2.3.1).
    private static let writeLock: Int32 = 0

    /// For a writer in WAL mode whose every commit is synced: by that, others see what was gathered. Call it between two transactions.
    ///
    /// - Parameter groupCommit: syncs what was committed; `nil`: SQLite does.
    static func gather(_ writer: OpaquePointer?, groupCommit: SQLiteGroupCommit? = nil) {
        // A connection that has read nothing has not opened its log.
        sqlite3_exec(writer, "SELECT count(*) FROM sqlite_schema", nil, nil, nil)
        let gathered = Gathered(groupCommit)
        // First what drops, then what gathers. A C function captures nothing, not even in which type it stands.
        let drops = Methods.replace(SQLITE_FCNTL_FILE_POINTER, of: writer, keeping: gathered) { methods in
            methods.xClose = { Methods.close($0) }
            methods.xShmLock = { file, offset, count, flags in
                guard let table = Methods.of(file) else { return SQLITE_IOERR }
                if offset == SQLiteGatheredLog.writeLock, flags & SQLITE_SHM_UNLOCK != 0 { table.pointee.kept.drop() }
                return table.pointee.system.xShmLock(file, offset, count, flags)
            }
        }
        guard drops else { return }
        Methods.replace(SQLITE_FCNTL_JOURNAL_POINTER, of: writer, keeping: gathered) { methods in
            methods.xWrite = { SQLiteGatheredLog.write($0, $1, $2, $3) }
            methods.xRead = { file, bytes, count, offset in
                SQLiteGatheredLog.flushed(file) { $0.xRead(file, bytes, count, offset) }
            }
            methods.xSync = { file, flags in
                SQLiteGatheredLog.flushed(file) { system in
                    Methods.of(file)?.pointee.kept.leavesSync() == true ? SQLITE_OK : system.xSync(file, flags)
                }
            }
            methods.xTruncate = { file, size in SQLiteGatheredLog.flushed(file) { $0.xTruncate(file, size) } }
            methods.xFileSize = { file, size in SQLiteGatheredLog.flushed(file) { $0.xFileSize(file, size) } }
            methods.xClose = { Methods.close($0) }
        }
    }

    private static func write(_ file: Methods.File, _ bytes: UnsafeRawPointer?, _ count: Int32, _ offset: Int64) -> Int32 {
        guard let table = Methods.of(file), let bytes else { return SQLITE_IOERR }
        if table.pointee.kept.take(bytes, count, at: offset) { return SQLITE_OK }
        return flushed(file) { system in
            table.pointee.kept.take(bytes, count, at: offset) ? SQLITE_OK : system.xWrite(file, bytes, count, offset)
        }
    }

    private static func flushed(_ file: Methods.File, then rest: (sqlite3_io_methods) -> Int32) -> Int32 {
        guard let table = Methods.of(file) else { return SQLITE_IOERR }
        let system = table.pointee.system
        let result = table.pointee.kept.flush { system.xWrite(file, $0, $1, $2) }
        return result == SQLITE_OK ? rest(system) : result
    }
}
