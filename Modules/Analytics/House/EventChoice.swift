import RapportCore
import RapportStorage

/// Some events of the timeline: of a few kinds, that pass a filter.
struct EventChoice: Sendable, Hashable {
    var kinds: [Int64]
    var filter: SegmentFilter?
    /// Only those that are later than the person's first of the kind.
    var isRepeat = false

    /// The condition on rows of `timeline`, under a name of its own, between two moments.
    func rows(_ name: String, from: SQL, to: SQL) -> SQL {
        let filter: SQL = filter.map { " AND \($0.sql(of: "\(name)."))" } ?? ""
        let kind: SQL = kinds.count == 1 ? "= \(kinds[0])" : "IN \(list: kinds)"
        let again: SQL =
            isRepeat
            ? """
             AND \(raw: name).occurred_at > (SELECT totals.first_at FROM totals \
            WHERE totals.person = \(raw: name).person AND totals.kind = \(raw: name).kind)
            """ : ""
        return """
            \(raw: name).kind \(kind) AND \(raw: name).occurred_at >= \(from) AND \(raw: name).occurred_at < \(to)\(filter)\(again)
            """
    }
}

extension EventChoice {
    /// What a text chooses: `order.placed`, `track.*`, or `call.held(direction: "inbound")`.
    ///
    /// - Returns: `nil` where no such event has ever come.
    /// - Throws: `Problem` `segment.*`, and `definition.invalid` for a text that chooses no events.
    static func read(
        _ text: String, isRepeat: Bool = false, _ catalog: Catalog, _ reading: SegmentReading, in db: Connection
    ) throws -> EventChoice? {
        let plain = text.trimmingSpaces
        if plain.hasSuffix(".*"), case let prefix = String(plain.dropLast()), EventKind.isValid(prefix + "x") {
            let kinds = try db.all("SELECT id, name FROM kinds ORDER BY id") { ($0.integer(0), $0.text(1)) }
                .filter { $0.1.hasPrefix(prefix) }.map(\.0)
            return kinds.isEmpty ? nil : EventChoice(kinds: kinds, isRepeat: isRepeat)
        }
        if EventKind.isValid(plain) {
            return try catalog.existingKind(plain, in: db).map { EventChoice(kinds: [$0.id], isRepeat: isRepeat) }
        }
        let events = try reading.events(plain, db)
        return EventChoice(kinds: [events.kind], filter: events.filter, isRepeat: isRepeat)
    }

    /// Whether there has ever been an event of one of the kinds.
    func hasCome(in db: Connection) throws -> Bool {
        // The first of each by the index: PostgreSQL looks for any of several from the start of the table, to its end where there is none.
        try kinds.contains { try db.integer("SELECT MIN(occurred_at) FROM timeline WHERE kind = \($0)") != nil }
    }

    /// Whether a text chooses events; a kind that has never come is let pass unless it looks like a slip of the pen.
    static func check(_ text: String, _ catalog: Catalog, _ reading: SegmentReading, in db: Connection) throws {
        let plain = text.trimmingSpaces
        guard try read(plain, catalog, reading, in: db) == nil, !plain.hasSuffix(".*") else { return }
        let known = try db.all("SELECT name FROM kinds ORDER BY name") { $0.text(0) }
        if let near = Spelling.nearest(to: plain, in: known) {
            throw Problem(
                "definition.invalid", "there is no event called \"\(plain)\"", remedy: "Did you mean \"\(near)\"?")
        }
    }
}
