import Foundation
import RapportCore

/// Whether a database may send. One that was restored, or copied to another machine, may not: its channels write to the
/// outbox only, until a person unlocks it there with `rapport unlock`.
public enum DatabaseLock {
    static let lockedKey = "locked"
    static let homeKey = "home"
    static let unfinishedRestore = "a restore has not been finished"

    /// The name of this machine.
    public static let machine = ProcessInfo.processInfo.hostName

    /// Why nothing may be sent, as part of a sentence, or `nil` if sending is allowed.
    ///
    /// - Parameter machine: where the sender runs.
    public static func reason(_ db: Connection, machine: String) throws -> String? {
        var settings: [String: String] = [:]
        try db.each("SELECT name, value FROM settings WHERE name IN \(list: [lockedKey, homeKey])") {
            settings[$0.text(0)] = $0.text(1)
        }
        if let reason = settings[lockedKey] { return reason }
        let here = try home(db, machine: machine)
        guard let home = settings[homeKey], home != here else { return nil }
        return "it belongs to \(home), and this is \(here)"
    }

    /// Whether a restore stopped half-way here, so that nothing in this database can be relied on.
    public static func isUnfinishedRestore(_ db: Connection) throws -> Bool {
        try db.text("SELECT value FROM settings WHERE name = \(lockedKey)") == unfinishedRestore
    }

    /// - Throws: `Problem` `database.unfinished_restore`.
    public static func refuseUnfinishedRestore(_ db: Connection) throws {
        guard try isUnfinishedRestore(db) else { return }
        throw Problem(
            "database.unfinished_restore", "this database holds only a part of a backup: a restore into it stopped half-way",
            remedy: "Run `rapport restore` into it again: it starts over.")
    }

    public static func isLocked(_ db: Connection, machine: String) throws -> Bool { try reason(db, machine: machine) != nil }

    /// Makes this place the home of a database that has none and is not locked: what a server or worker does at its start.
    public static func settle(_ db: Connection, machine: String) throws {
        let here = try home(db, machine: machine)
        try db.run(
            """
            INSERT INTO settings (name, value)
            SELECT \(homeKey), \(here) WHERE NOT EXISTS (SELECT 1 FROM settings WHERE name = \(lockedKey))
            ON CONFLICT (name) DO NOTHING
            """)
    }

    /// - Parameter reason: part of a sentence: `restored from a backup of 2026-11-21`.
    public static func lock(_ db: Connection, because reason: String) throws {
        try db.run(
            """
            INSERT INTO settings (name, value) VALUES (\(lockedKey), \(reason))
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """)
    }

    /// Lets the database send from here.
    ///
    /// - Parameters:
    ///   - named: the machine that the person named.
    ///   - machine: the machine that this is.
    /// - Throws: `Problem` `database.unfinished_restore`, and `unlock.other_machine` if the two differ: unlocking a copy by mistake would send twice.
    public static func unlock(_ db: Connection, named: String, machine: String) throws {
        guard named == machine else {
            throw Problem(
                "unlock.other_machine", "this machine is \(machine), not \(named)",
                remedy: "Run `rapport unlock --machine \(machine)` if this is the one that may send")
        }
        try refuseUnfinishedRestore(db)
        try db.run("DELETE FROM settings WHERE name = \(lockedKey)")
        let here = try home(db, machine: machine)
        try db.run(
            """
            INSERT INTO settings (name, value) VALUES (\(homeKey), \(here))
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """)
    }

    /// A file belongs to a machine. A PostgreSQL database belongs to its server, whichever machines work on it.
    private static func home(_ db: Connection, machine: String) throws -> String {
        switch db.dialect {
        case .sqlite: return machine
        case .postgres:
            let server = try db.text(
                "SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || current_database()::text")
            return "PostgreSQL \(server ?? "")"
        }
    }
}
