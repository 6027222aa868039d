import Foundation
public import RapportCore

/// A file that Rapport wrote and that may hold people's data: an erasure cleans or names it.
public struct HouseFile: Sendable, Hashable {
    public enum Kind: String, Sendable {
        case backup
        /// What an import rejected.
        case rejects
        /// A person's own data.
        case export
    }

    public var id: Int64
    public var kind: Kind
    public var path: String
    public var machine: String
    /// Whose export it is, by public id; else empty.
    public var person: String
    public var madeAt: Timestamp

    /// Whether it lies on this machine still.
    public var isHere: Bool { machine == DatabaseLock.machine && FileManager.default.fileExists(atPath: path) }

    /// Notes that a file has been written here.
    ///
    /// - Parameter path: from the working folder, or absolute.
    public static func note(_ kind: Kind, _ path: String, person: String = "", at moment: Timestamp, in db: Connection) throws {
        let absolute = URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
        try db.run(
            """
            DELETE FROM house_files
            WHERE kind = \(kind.rawValue) AND path = \(absolute) AND machine = \(DatabaseLock.machine)
            """)
        try db.insert(
            into: "house_files", ["kind", "path", "machine", "person", "made_at"],
            [[.text(kind.rawValue), .text(absolute), .text(DatabaseLock.machine), .text(person), .time(moment)]])
    }

    /// Those of a kind, the oldest first.
    public static func all(_ kind: Kind, person: String? = nil, in db: Connection) throws -> [HouseFile] {
        let whose: SQL = person.map { " AND person = \($0)" } ?? ""
        return try db.all(
            """
            SELECT id, path, machine, person, made_at FROM house_files WHERE kind = \(kind.rawValue)\(whose) ORDER BY id
            """
        ) { row in
            HouseFile(
                id: row.integer(0), kind: kind, path: row.text(1), machine: row.text(2), person: row.text(3),
                madeAt: row.timestamp(4))
        }
    }

    public static func forget(_ files: [HouseFile], in db: Connection) throws {
        try db.run("DELETE FROM house_files WHERE id IN \(list: files.map(\.id))")
    }
}
