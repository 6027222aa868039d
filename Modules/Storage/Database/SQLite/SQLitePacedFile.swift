import GRDBSQLite

/// SQLite's own way to one file, save that what is written goes to the disk a little at a time.
///
/// A checkpoint writes thousands of pages and syncs the file once, at its end: then the disk is busy with all of them, and each commit
/// that syncs the log meanwhile waits behind them. Synced every mebibyte, the disk is busy for a few milliseconds at a time and
/// commits come in between. SQLite's own sync at the end still holds for all, so what is safe does not change.
///
/// For a connection that moves pages and does nothing else: its thread waits for each sync.
struct SQLitePacedFile {
    private typealias Write = @convention(c) (UnsafeMutablePointer<sqlite3_file>?, UnsafeRawPointer?, Int32, Int64) -> Int32

    /// What SQLite calls for a file. `methods` comes first: a file points to them, and by them to the rest.
    private struct Table {
        var methods: sqlite3_io_methods
        let write: Write
        var unsynced: Int32 = 0
    }

    /// Bytes that are written between two syncs.
    private static let piece: Int32 = 1 << 20

    private let table: UnsafeMutablePointer<Table>

    /// Follows what the connection writes into its main database; `nil` where SQLite does not tell by which methods it does.
    init?(of connection: OpaquePointer?) {
        var file: UnsafeMutablePointer<sqlite3_file>?
        guard sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK, let file,
            let methods = file.pointee.pMethods?.pointee, let write = methods.xWrite
        else { return nil }
        table = .allocate(capacity: 1)
        table.initialize(to: Table(methods: methods, write: write))
        table.pointee.methods.xWrite = { file, bytes, count, offset in
            guard let file, let methods = file.pointee.pMethods else { return SQLITE_IOERR }
            let table = UnsafeMutableRawPointer(mutating: methods).assumingMemoryBound(to: Table.self)
            let result = table.pointee.write(file, bytes, count, offset)
            guard result == SQLITE_OK else { return result }
            table.pointee.unsynced += count
            guard table.pointee.unsynced >= SQLitePacedFile.piece, let sync = methods.pointee.xSync else { return SQLITE_OK }
            table.pointee.unsynced = 0
            return sync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY)
        }
        file.pointee.pMethods = UnsafeRawPointer(table).assumingMemoryBound(to: sqlite3_io_methods.self)
    }

    /// Once the connection is closed.
    func deallocate() { table.deallocate() }
}
