import Foundation
import RapportCore

/// What can be told about a file before SQLite opens it.
public enum SQLiteFile {
    /// What a database begins with (https://sqlite.org/fileformat.html, section 1.2).
    private static let beginning = Array("SQLite format 3\0".utf8)

    /// Whether there is a file at `path` that begins as a database does.
    public static func isDatabase(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: beginning.count)).map { Array($0) == beginning } ?? false
    }

    /// - Throws: `Problem` `database.damaged` for a file that is no SQLite database or has lost its end,
    ///   `database.unreachable` if its folder does not exist.
    static func check(_ path: String) throws {
        let files = FileManager.default
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard files.fileExists(atPath: folder) else {
            throw Problem(
                "database.unreachable", "the folder \(folder) does not exist",
                remedy: "Make it, or name another file in `database:`")
        }
        var isFolder: ObjCBool = false
        guard !files.fileExists(atPath: path, isDirectory: &isFolder) || !isFolder.boolValue else {
            throw Problem("database.unreachable", "\(path) is a folder", remedy: "Name a file in it in `database:`")
        }
        guard let file = FileHandle(forReadingAtPath: path) else { return }
        defer { try? file.close() }
        let size = try file.seekToEnd()
        guard size > 0 else { return }
        try file.seek(toOffset: 0)
        let header = [UInt8](try file.read(upToCount: 100) ?? Data())
        guard header.count == 100, header.starts(with: beginning) else {
            throw Problem(
                "database.damaged", "\(path) is not an SQLite database",
                remedy: "Check the path in `database:`; if it is Rapport's file, restore the last backup with `rapport restore`")
        }
        // Bytes 16…17: page size, 1 meaning 65536; 28…31: size in pages (https://sqlite.org/fileformat.html, section 1.3).
        let pageSize = header[16] == 0 && header[17] == 1 ? 65_536 : UInt64(header[16]) << 8 | UInt64(header[17])
        let pages = header[28..<32].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let logSize = (try? files.attributesOfItem(atPath: path + "-wal")[.size] as? UInt64) ?? 0
        guard logSize > 0 || size >= pages * pageSize else {
            throw Problem(
                "database.damaged",
                "\(path) has lost its end: it should be \(pages * pageSize) bytes long and is \(size)",
                remedy: "Restore the last backup with `rapport restore`")
        }
    }
}
