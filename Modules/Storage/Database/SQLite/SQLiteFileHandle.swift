import Foundation
import GRDBSQLite

/// The write-ahead log of a database, opened once more by SQLite's own way to files, for syncing it beside a connection.
///
/// It holds no lock: a log has none of its own, those are in the shared memory beside it.
final class SQLiteFileHandle: Sendable {
    // Safe: set before the handle is shared and, but for `close`, which is called once and last, only read. What they point to is
    // SQLite's, which lets different threads use a file one after the other; the queue of `SQLiteGroupCommit` does.
    private nonisolated(unsafe) let file: UnsafeMutablePointer<sqlite3_file>
    // Safe: nobody reads it here, SQLite does by `file`; set before the handle is shared, and freed by `close` after the file is closed.
    private nonisolated(unsafe) let name: UnsafeMutablePointer<CChar>

    /// - Returns: `nil` where there is no log, or where it cannot be opened.
    init?(logOf connection: OpaquePointer) {
        var system: UnsafeMutablePointer<sqlite3_vfs>? = nil
        guard sqlite3_file_control(connection, "main", SQLITE_FCNTL_VFS_POINTER, &system) == SQLITE_OK, let system,
            let path = sqlite3_db_filename(connection, "main"), let log = sqlite3_filename_wal(path),
            // SQLite asks that the name stays where it is until the file is closed.
            let name = strdup(log)
        else { return nil }
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: Int(system.pointee.szOsFile), alignment: 16)
        bytes.initializeMemory(as: UInt8.self, repeating: 0, count: Int(system.pointee.szOsFile))
        file = bytes.assumingMemoryBound(to: sqlite3_file.self)
        self.name = name
        guard system.pointee.xOpen(system, name, file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_WAL, nil) == SQLITE_OK else {
            _ = file.pointee.pMethods?.pointee.xClose(file)
            free(name)
            bytes.deallocate()
            return nil
        }
    }

    /// - Returns: whether all that has been written to the file, by whatever handle, is on the disk.
    func sync() -> Bool { file.pointee.pMethods?.pointee.xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK }

    /// Call it once; the handle is of no use afterwards.
    func close() {
        _ = file.pointee.pMethods?.pointee.xClose(file)
        UnsafeMutableRawPointer(file).deallocate()
        free(name)
    }
}
