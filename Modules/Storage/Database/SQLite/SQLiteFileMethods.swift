import GRDBSQLite

/// What SQLite calls for one open file of a connection, with some of it replaced, and what is kept for that.
///
/// SQLite finds its methods by the file (https://sqlite.org/c3ref/file.html), and these find what is kept by the methods, which
/// therefore must lie first. SQLite calls for a file on one thread at a time.
struct SQLiteFileMethods<Kept> {
    typealias File = UnsafeMutablePointer<sqlite3_file>?

    private var methods: sqlite3_io_methods
    /// SQLite's own.
    let system: sqlite3_io_methods
    var kept: Kept

    /// Replaces some of the methods until the file is closed.
    ///
    /// - Parameters:
    ///   - pointer: which file of the main database: `SQLITE_FCNTL_FILE_POINTER`, or `SQLITE_FCNTL_JOURNAL_POINTER` for its log.
    ///   - change: gets SQLite's own. Its `xClose` frees what is kept, by `close`.
    /// - Returns: whether SQLite told by which methods it goes about the file, and ours lie where it will look. Else its own stay.
    @discardableResult
    static func replace(
        _ pointer: Int32, of connection: OpaquePointer?, keeping kept: Kept, _ change: (inout sqlite3_io_methods) -> Void
    ) -> Bool {
        var file: File = nil
        guard MemoryLayout<Self>.offset(of: \.methods) == 0,
            sqlite3_file_control(connection, "main", pointer, &file) == SQLITE_OK, let file,
            let system = file.pointee.pMethods?.pointee
        else { return false }
        var methods = system
        change(&methods)
        let table = UnsafeMutablePointer<Self>.allocate(capacity: 1)
        table.initialize(to: Self(methods: methods, system: system, kept: kept))
        file.pointee.pMethods = UnsafeRawPointer(table).assumingMemoryBound(to: sqlite3_io_methods.self)
        return true
    }

    /// What is kept for a file whose methods were replaced.
    static func of(_ file: File) -> UnsafeMutablePointer<Self>? {
        guard let methods = file?.pointee.pMethods else { return nil }
        return UnsafeMutableRawPointer(mutating: methods).assumingMemoryBound(to: Self.self)
    }

    /// Closes the file and frees what `of` found for it.
    static func close(_ file: File) -> Int32 {
        guard let table = of(file) else { return SQLITE_OK }
        let result = table.pointee.system.xClose(file)
        table.deinitialize(count: 1)
        table.deallocate()
        return result
    }
}
