public import RapportCore

/// Computes folded state anew from the log and compares it with what is kept. Nothing stays of the attempt, and no reactor
/// runs. The worker may run meanwhile.
public struct LogVerifier: Sendable {
    /// State that the log does not explain.
    public struct Difference: Sendable, Hashable {
        public let person: PersonID
        public let fold: String
        /// What the fold keeps, and what it makes of the log, as its fingerprints.
        public let kept: String
        public let refolded: String
    }

    public struct Report: Sendable {
        public internal(set) var people = 0
        public internal(set) var events: Int64 = 0
        /// The first ones found.
        public internal(set) var differences: [Difference] = []
        public internal(set) var peopleThatDiffer: Set<PersonID> = []
    }

    let folds: [any Fold]
    let catalog: Catalog
    let database: any Database
    let wall: any WallClock
    /// People a transaction, so that none is long.
    private static let slice = 100
    private static let events: Int64 = 5_000
    /// Differences that the report tells in full.
    public static let told = 100

    public init(folds: [any Fold], catalog: Catalog, database: any Database, wall: any WallClock) {
        self.folds = folds
        self.catalog = catalog
        self.database = database
        self.wall = wall
    }

    /// Verifies everybody, or one person.
    ///
    /// - Parameter progress: called with the number of people done.
    public func verify(person: PersonID? = nil, progress: (Int) -> Void = { _ in }) async throws -> Report {
        var report = Report()
        if person == nil {
            for partition in 0..<Partition.count { try await verifyTimeline(of: partition, into: &report) }
        }
        var last: PersonID = 0
        while true {
            let after = last
            let people =
                if let person { after == 0 ? [person] : [] } else {
                    try await database.read { db in
                        try db.all("SELECT id FROM people WHERE id > \(after) AND state = 0 ORDER BY id LIMIT \(Self.slice)") {
                            $0.integer(0)
                        }
                    }
                }
            guard let end = people.last else { return report }
            report.note(try await refold(people))
            report.people += people.count
            progress(report.people)
            last = end
        }
    }

    private struct RolledBack: Error {
        let differences: [Difference]
    }

    private func refold(_ people: [PersonID]) async throws -> [Difference] {
        do {
            return try await database.write { [self] db in
                let now = try db.now()
                // As a step does: while the cursors are locked, nobody folds.
                try db.each("SELECT partition FROM cursors ORDER BY partition\(raw: db.forUpdate)") { _ in }
                let before = try fingerprints(of: people, in: db)
                let context = StepContext(db: db, partition: Partition.house, now: now, wall: wall.now, catalog: catalog)
                for fold in folds { try fold.refold(people, in: context) }
                let after = try fingerprints(of: people, in: db)
                throw RolledBack(
                    differences: zip(before, after).compactMap { old, new in
                        old.text == new.text
                            ? nil : Difference(person: old.person, fold: old.fold, kept: old.text, refolded: new.text)
                    })
            }
        } catch let rolledBack as RolledBack {
            return rolledBack.differences
        }
    }

    private func fingerprints(
        of people: [PersonID], in db: Connection
    ) throws -> [(person: PersonID, fold: String, text: String)] {
        try people.flatMap { person in
            try folds.map { (person, $0.name, try $0.fingerprint(of: person, in: db)) }
        }
    }

    /// Compares the log with `timeline`, which other folds refold from, both ways.
    private func verifyTimeline(of partition: Int, into report: inout Report) async throws {
        var from: Int64 = 0
        while true {
            let start = from
            let (checked, wrong, end) = try await database.read { db in
                let cursor = try db.integer("SELECT position FROM cursors WHERE partition = \(partition)") ?? 0
                let end = min(start + Self.events, cursor)
                return (
                    try db.integer(Self.count(partition, start, end)) ?? 0, try Self.differing(partition, start, end, db), end
                )
            }
            report.events += checked
            report.note(
                wrong.map { Difference(person: $0.person, fold: "timeline", kept: $0.kept, refolded: $0.refolded) })
            guard end > start else { return }
            from = end
        }
    }

    private static func count(_ partition: Int, _ start: Int64, _ end: Int64) -> SQL {
        "SELECT COUNT(*) FROM events WHERE partition = \(partition) AND position > \(start) AND position <= \(end)"
    }

    private static func differing(
        _ partition: Int, _ start: Int64, _ end: Int64, _ db: Connection
    ) throws -> [(person: PersonID, kept: String, refolded: String)] {
        try db.all(
            """
            SELECT events.person, events.position FROM events
            LEFT JOIN timeline ON timeline.person = events.person AND timeline.kind = events.kind
                AND timeline.occurred_at = events.occurred_at AND timeline.partition = events.partition
                AND timeline.position = events.position AND timeline.profile = events.profile
            WHERE events.partition = \(partition) AND events.position > \(start) AND events.position <= \(end)
                AND events.person <> 0 AND timeline.person IS NULL
                AND NOT EXISTS (
                    SELECT 1 FROM held_events WHERE held_events.partition = events.partition
                    AND held_events.person = events.person AND held_events.position = events.position)
            ORDER BY events.partition, events.position
            """
        ) { row in
            (row.integer(0), "nothing", "event \(EventRef(partition: partition, position: row.integer(1)))")
        }
    }
}

extension LogVerifier.Report {
    mutating func note(_ found: [LogVerifier.Difference]) {
        for difference in found {
            peopleThatDiffer.insert(difference.person)
            if differences.count < LogVerifier.told { differences.append(difference) }
        }
    }
}
