import RapportCore

/// Looks through the log for them, page by page, and takes them out of words that nothing is worked out of.
///
/// Email addresses and phone numbers are looked for. Names are not, for whoever has the same name would lose theirs; nor are numbers of
/// customers, which are part of others.
struct MentionSearch: Sendable {
    private static let page = 5_000
    /// Kinds of events from which folds work out what others are: their words stay.
    private static let kept = [
        "person.", "account.", "product.", "order.", "permission.", "objection.", "processing.", "address.", "preference.",
        "question.", "household.", "relation.", "job.", "segment.", "lifecycle.", "import.", "definition.",
    ]

    private let people: Set<PersonID>
    private let profiles: Set<ProfileID>
    private let pattern: MentionPattern
    /// Kinds of events by number.
    private let names: [Int64: String]

    /// - Parameter subjects: people who are to be erased together.
    init(_ subjects: [DataSubject], in db: Connection) throws {
        people = Set(subjects.flatMap(\.people))
        profiles = Set(subjects.flatMap(\.profiles))
        let values = Set(subjects.flatMap(\.identifiers).map(\.value)).sorted()
        // What somebody else has too is not theirs alone.
        let others = Set(
            try db.all(
                """
                SELECT DISTINCT value FROM identifiers
                WHERE value IN \(list: values) AND person <> 0 AND person NOT IN \(list: people.sorted())
                """
            ) { $0.text(0) })
        pattern = MentionPattern(values.filter { !others.contains($0) })
        names = try Dictionary(db.all("SELECT id, name FROM kinds") { ($0.integer(0), $0.text(1)) }) { first, _ in first }
    }

    /// In many short transactions.
    func run(on database: any Database) async throws -> Mentions {
        var mentions = Mentions()
        guard !pattern.isEmpty else { return mentions }
        for partition in 0..<Partition.count {
            var after: Int64? = 0
            while let from = after {
                let found = try await database.read { db in try events(of: partition, after: from, in: db) }
                for place in found.kept { mentions.note(place) }
                if !found.free.isEmpty {
                    mentions.cleaned += try await database.write { db in try clean(found.free, partition, in: db) }
                }
                after = found.end
            }
        }
        var after: Int64? = 0
        while let from = after {
            let found = try await database.read { db in try values(after: from, in: db) }
            mentions.left += found.count
            after = found.end
        }
        return mentions
    }

    private struct Page: Sendable {
        var kept: [EventRef] = []
        /// Positions of those whose words nothing is worked out of.
        var free: [Int64] = []
        /// Where to go on; `nil` at the end.
        var end: Int64?
    }

    private func events(of partition: Int, after: Int64, in db: Connection) throws -> Page {
        var page = Page()
        var last: Int64 = 0
        var count = 0
        try db.each(
            """
            SELECT position, kind, person, properties FROM events
            WHERE partition = \(partition) AND position > \(after) ORDER BY position LIMIT \(Self.page)
            """
        ) { row in
            (last, count) = (row.integer(0), count + 1)
            guard !people.contains(row.integer(2)), try isIn(row, 3) else { return }
            if Self.kept.contains(where: { names[row.integer(1)]?.hasPrefix($0) ?? true }) {
                page.kept.append(EventRef(partition: partition, position: last))
            } else {
                page.free.append(last)
            }
        }
        page.end = count == Self.page ? last : nil
        return page
    }

    /// Values of identifying fields of others.
    private func values(after: Int64, in db: Connection) throws -> (count: Int, end: Int64?) {
        var (found, count) = (0, 0)
        var last: Int64 = 0
        try db.each("SELECT id, profile, value FROM personal_values WHERE id > \(after) ORDER BY id LIMIT \(Self.page)") { row in
            (last, count) = (row.integer(0), count + 1)
            if try !profiles.contains(row.integer(1)) && isIn(row, 2) { found += 1 }
        }
        return (found, count == Self.page ? last : nil)
    }

    private func isIn(_ row: Row, _ column: Int) throws -> Bool {
        var mayBe = false
        row.withText(column) { mayBe = pattern.mayBeIn($0) }
        guard mayBe else { return false }
        var isIn = false
        _ = pattern.removed(from: try JSONValue(parsing: row.text(column))) { _ in isIn = true }
        return isIn
    }

    /// - Returns: how many events say something else now.
    private func clean(_ positions: [Int64], _ partition: Int, in db: Connection) throws -> Int {
        let rows = try db.all(
            """
            SELECT position, properties FROM events
            WHERE partition = \(partition) AND position IN \(list: positions) ORDER BY partition, position
            """
        ) { (position: $0.integer(0), text: $0.text(1)) }
        var cleaned = 0
        var texts: Set<String> = []
        for row in rows {
            var isChanged = false
            let said = pattern.removed(from: try JSONValue(parsing: row.text)) { text in
                isChanged = true
                texts.insert(Text.folded(text))
            }
            guard isChanged else { continue }
            cleaned += 1
            try db.run(
                "UPDATE events SET properties = \(said.text) WHERE partition = \(partition) AND position = \(row.position)")
        }
        // A declared property has its text as a symbol, whose number stays.
        let symbols = try db.all("SELECT id, value FROM symbols WHERE value IN \(list: texts.sorted()) ORDER BY id") {
            (id: $0.integer(0), text: $0.text(1))
        }
        for symbol in symbols {
            try db.run("UPDATE symbols SET value = \(VeiledSymbol.veiled(symbol.text)) WHERE id = \(symbol.id)")
        }
        return cleaned
    }
}
