import Foundation
import RapportCore
import RapportHost
import RapportIntegration
import RapportPluginKit
import RapportRegistered
import RapportStorage
import RapportTestKit
import Testing

/// A whole Rapport on a database and in a folder of its own, that imports files as the command line does.
struct ImportHouse {
    let rapport: Rapport
    let folder: URL

    static func with(_ kind: DatabaseKind, _ body: (ImportHouse) async throws -> Void) async throws {
        try await asked(kind, body)
    }

    /// What `body` finds out.
    static func asked<Result: Sendable>(
        _ kind: DatabaseKind, _ body: (ImportHouse) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rapport-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await TemporaryDatabase.withURL(kind, migrations: Host.migrations) { url in
            let yaml = try YAMLNode(parsing: "database: \(url)\njournal: wishes.jsonl\n", name: "rapport.yaml")
            let configuration = try Configuration(yaml, file: nil, folder: folder.path(), environment: [:])
            let rapport = try await Host.bootstrap(configuration, plugins: RegisteredPlugins.all)
            do {
                let result = try await body(ImportHouse(rapport: rapport, folder: folder))
                try await rapport.close()
                return result
            } catch {
                try? await rapport.close()
                throw error
            }
        }
    }

    func plan(_ name: String, _ text: String, map: String) async throws -> ImportPlan {
        let (file, mapping) = (folder.appending(path: name), folder.appending(path: "\(name).map.yaml"))
        try Data(text.utf8).write(to: file)
        try Data(map.utf8).write(to: mapping)
        return try await rapport.importPlan(of: file.path(), mapping: mapping.path(), source: nil)
    }

    /// How a file is read whose rows are states of orders: Row, Order, Date, Email, Status, and what `more` says of further columns.
    static func orderStates(_ more: String...) -> String {
        """
        source: shop
        as: orders
        order: Order
        key: Row
        at: {column: Date, time: YYYY-MM-DD}
        identifiers: {email: Email}
        state: Status
        \(more.joined(separator: "\n"))
        """
    }

    /// The same with the columns Total and Currency.
    static let orderStates = orderStates("total: {column: Total, number: true}", "currency: {column: Currency}")

    /// How a file with the columns Order, Date, Email and Total is read.
    static func orders(from source: String) -> String {
        """
        source: \(source)
        currency: EUR
        as: orders
        order: Order
        at: {column: Date, time: YYYY-MM-DD}
        identifiers: {email: Email}
        total: {column: Total, number: true}
        """
    }

    @discardableResult
    func bring(_ name: String, _ text: String, map: String) async throws -> ImportReport {
        let plan = try await plan(name, text, map: map)
        let importer = try await rapport.importer()
        return try await rapport.stepping { try await importer.run(plan) }
    }

    @discardableResult
    func revert(_ id: Int64, optOuts: Bool = false) async throws -> ImportReverter.Report {
        let reverter = rapport.importReverter
        return try await rapport.stepping { try await reverter.revert(id, includingOptOuts: optOuts) }
    }

    /// Events that come in now, as from the web.
    ///
    /// - Parameter at: when it happened; now without.
    @discardableResult
    func say(
        _ kind: String, _ identifiers: [Identifier], _ properties: JSONValue = [:], source: String = "web", at: Timestamp? = nil
    ) async throws -> [Acceptance] {
        let (door, event) = (
            rapport.door,
            NewEvent(kind: kind, source: source, identifiers: identifiers, occurredAt: at, properties: properties)
        )
        let answers = try await rapport.database.write { db in try door.accept([event], in: db) }
        try await rapport.stepping {}
        return answers
    }

    func segments(_ expressions: [String: String]) async throws {
        let drafts = expressions.sorted { $0.key < $1.key }.map {
            DefinitionDraft(kind: "segment", name: $0.key, body: ["expression": .string($0.value)])
        }
        let (store, now) = (rapport.definitions, rapport.clock.now)
        _ = try await rapport.database.write { db in
            try store.apply(drafts, removingMissing: false, actor: "test", now: now, in: db)
        }
        try await rapport.fillSegments()
        #expect(try await count("SELECT COUNT(*) FROM segment_fills") == 0)
    }

    func count(_ sql: SQL) async throws -> Int64 { try await rapport.database.read { db in try db.integer(sql) ?? 0 } }

    /// All that is known, in lines. Numbers of rows that only tell how often something was tried are left out.
    func everything() async throws -> [String] {
        let folds = rapport.folds
        return try await rapport.database.read { db in
            var lines: [String] = []
            /// Columns that are text are named by a capital T.
            func add(_ title: String, _ types: String, _ sql: SQL) throws {
                lines += try db.all(sql) { row in
                    let cells = types.enumerated().map { column, type in
                        row.isNull(column) ? "-" : type == "T" ? row.text(column) : String(row.integer(column))
                    }
                    return title + " " + cells.joined(separator: " ")
                }
            }
            let people = try db.all("SELECT id FROM people WHERE state = 0 ORDER BY id") { $0.integer(0) }
            for person in people {
                for fold in folds {
                    lines.append("\(fold.name) \(person): \(try fold.fingerprint(of: person, in: db))")
                }
            }
            try add("person", "iTiiii", "SELECT id, public_id, state, survivor, anonymous, household FROM people ORDER BY id")
            try add("profile", "iiii", "SELECT id, source, person, origin FROM profiles ORDER BY id")
            try add(
                "identifier", "iTiiii",
                "SELECT kind, value, holder, profile, person, batch FROM identifiers ORDER BY kind, value, holder")
            try add(
                "claim", "iiTi", "SELECT batch, kind, value, profile FROM identifier_claims ORDER BY batch, kind, value, profile")
            try add("word", "Ti", "SELECT word, person FROM words ORDER BY word, person")
            try add("review", "iiT", "SELECT low, high, verdict FROM reviews ORDER BY low, high")
            try add(
                "member", "Ti",
                """
                SELECT segments.name, membership.person FROM membership JOIN segments ON segments.id = membership.segment
                ORDER BY segments.name, membership.person
                """)
            try add(
                "members", "ii",
                // 0 only notes whom segments have looked at.
                "SELECT segment, SUM(members) FROM segment_counts WHERE segment > 0 GROUP BY segment HAVING SUM(members) <> 0 ORDER BY segment"
            )
            try add("suppression", "iii", "SELECT address, kind, id FROM suppressions ORDER BY address, kind")
            try add("events", "i", "SELECT COUNT(*) FROM events")
            try add("personal", "i", "SELECT COUNT(*) FROM personal_values")
            try add("dedupe", "i", "SELECT COUNT(*) FROM dedupe")
            return lines
        }
    }
}
