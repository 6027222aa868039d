import Foundation
import RapportCore

/// Which files a database was opened as.
///
/// SQLite goes on writing to files that were deleted or replaced meanwhile, and all of that is gone once the process ends. So whoever
/// commits looks whether they still stand under their names.
struct SQLiteBase: Sendable {
    private struct Identity: Sendable, Equatable {
        let device: UInt
        let number: UInt

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (device, number) = (UInt(status.st_dev), UInt(status.st_ino))
        }
    }

    private let path: String
    private let file: Identity?
    private let log: Identity?

    /// Call it with the database open and its log in use.
    init(path: String) {
        self.path = path
        file = Identity(path)
        log = Identity(path + "-wal")
    }

    /// - Throws: `Problem` `database.gone`.
    func check() throws {
        for (name, identity) in [(path, file), (path + "-wal", log)] {
            guard let identity, Identity(name) != identity else { continue }
            throw Problem(
                "database.gone", "\(name) was deleted or replaced while it was in use, so nothing more is accepted",
                remedy: "Stop this process, put the database back or restore the last backup, and start it again")
        }
    }
}
