import GRDBSQLite

/// A database whose written pages go to the disk a little at a time.
///
/// A checkpoint writes thousands of pages and syncs the file once, at its end: then the disk is busy with all of them, and each commit
/// that syncs the log meanwhile waits behind them. Synced every mebibyte, the disk is busy for a few milliseconds at a time and
/// commits come in between. SQLite's own sync at the end still holds for all, so what is safe does not change.
enum SQLitePacedFile {
    private typealias Methods = SQLiteFileMethods<Int32>

    /// Bytes that are written between two syncs.
    private static let piece: Int32 = 1 << 20

    /// For a connection that moves pages and does nothing else: its thread waits for each sync.
    static func pace(_ connection: OpaquePointer?) {
        Methods.replace(SQLITE_FCNTL_FILE_POINTER, of: connection, keeping: 0) { methods in
            methods.xClose = { Methods.close($0) }
            methods.xWrite = { file, bytes, count, offset in
                guard let table = Methods.of(file) else { return SQLITE_IOERR }
                let result = table.pointee.system.xWrite(file, bytes, count, offset)
                guard result == SQLITE_OK else { return result }
                table.pointee.kept += count
                guard table.pointee.kept >= SQLitePacedFile.piece else { return SQLITE_OK }
                table.pointee.kept = 0
                return table.pointee.system.xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY)
            }
        }
    }
}
