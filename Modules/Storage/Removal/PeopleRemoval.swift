import RapportCore

/// The events that go, the profiles and people that lose them, and what becomes of those who have nothing left.
struct PeopleRemoval {
    private(set) var events: [Event]
    let profiles: Set<ProfileID>
    private let people: [PersonID]
    private let partitions: [Int]
    private let step: StepContext
    private let derived: [Int64]
    private var db: Connection { step.db }

    init(events: [Event], people: [PersonID], partitions: [Int], step: StepContext, derived: Set<Int64>) {
        self.events = events
        self.people = people
        self.partitions = partitions
        self.step = step
        self.derived = derived.sorted()
        profiles = Set(events.map(\.profile)).subtracting([0])
    }

    // MARK: Events

    /// - Parameter causes: what derived events go with, by any place that they may name.
    mutating func deleteEvents(alsoCausedBy causes: Set<EventRef>) throws {
        if !people.isEmpty, !derived.isEmpty {
            events += try derivedEvents().filter { $0.cause.map(causes.contains) ?? false }
        }
        try delete(events)
    }

    private func delete(_ events: [Event]) throws {
        for (partition, some) in Dictionary(grouping: events, by: \.ref.partition).sorted(by: { $0.key < $1.key }) {
            let positions = some.map(\.ref.position).sorted()
            try db.run("DELETE FROM events WHERE partition = \(partition) AND position IN \(list: positions)")
            try db.run("DELETE FROM held_events WHERE partition = \(partition) AND position IN \(list: positions)")
        }
        let personal = events.map(\.personal).filter { $0 != 0 }.sorted()
        if !personal.isEmpty { try db.run("DELETE FROM personal_values WHERE id IN \(list: personal)") }
        // Those who are held may go on without what held them.
        if !people.isEmpty { try db.run("UPDATE held SET retry = 1 WHERE person IN \(list: people)") }
    }

    /// Handled or not, derived events of the people.
    private func derivedEvents() throws -> [Event] {
        var found = try db.all(
            """
            SELECT \(raw: Event.columns) FROM timeline
            JOIN events ON events.partition = timeline.partition AND events.position = timeline.position
            WHERE timeline.person IN \(list: people) AND timeline.kind IN \(list: derived)
            """, Event.init)
        for partition in partitions {
            found += try db.all(
                """
                SELECT \(raw: Event.columns) FROM events
                WHERE partition = \(partition) AND position > \(cursor(partition)) AND person IN \(list: people)
                    AND kind IN \(list: derived)
                """, Event.init)
        }
        return found
    }

    private func cursor(_ partition: Int) -> SQL { "(SELECT position FROM cursors WHERE partition = \(partition))" }

    // MARK: Profiles and people

    /// Deletes profiles of which nothing is known any more. Call it when everything has been refolded.
    ///
    /// - Returns: people who have no profile left.
    func peopleWithoutProfiles() throws -> [PersonID] {
        let list = profiles.sorted()
        var used: Set<ProfileID> = []
        func use(_ sql: SQL) throws { try db.each(sql) { used.insert($0.integer(0)) } }
        try use(
            """
            SELECT DISTINCT profile FROM timeline
            WHERE person IN \(list: people) AND profile IN \(list: list) AND kind NOT IN \(list: derived)
            """)
        try use(
            """
            SELECT DISTINCT events.profile FROM held_events
            JOIN events ON events.partition = held_events.partition AND events.position = held_events.position
            WHERE held_events.person IN \(list: people) AND events.profile IN \(list: list)
            """)
        for partition in partitions {
            try use(
                """
                SELECT DISTINCT profile FROM events
                WHERE partition = \(partition) AND position > \(cursor(partition)) AND profile IN \(list: list)
                    AND kind NOT IN \(list: derived)
                """)
        }
        try use("SELECT DISTINCT profile FROM identifiers WHERE person IN \(list: people) AND profile IN \(list: list)")
        let empty = profiles.subtracting(used).sorted()
        if !empty.isEmpty { try db.run("DELETE FROM profiles WHERE id IN \(list: empty)") }
        var alive: Set<PersonID> = []
        try db.each("SELECT DISTINCT person FROM profiles WHERE person IN \(list: people)") { alive.insert($0.integer(0)) }
        return people.filter { !alive.contains($0) }
    }

    /// Forgets people who have no profile left, with those who had been merged into them.
    ///
    /// - Parameter needed: those of them who stay as a number.
    func forget(_ gone: [PersonID], needed: Set<PersonID>) throws {
        try deleteReviewsWithoutWitness()
        guard !gone.isEmpty else { return }
        try delete(try derivedEvents().filter { gone.contains($0.person) })
        for table in ["timeline", "totals", "timers", "held", "identifiers"] {
            try db.run("DELETE FROM \(raw: table) WHERE person IN \(list: gone)")
        }
        var all = Set(gone)
        var next = gone
        while !next.isEmpty {
            next = try db.all("SELECT loser FROM merges WHERE survivor IN \(list: next) AND undone_at IS NULL ORDER BY id") {
                $0.integer(0)
            }.filter { all.insert($0).inserted }
        }
        try db.run("DELETE FROM reviews WHERE low IN \(list: all.sorted()) OR high IN \(list: all.sorted())")
        let staying = gone.filter(needed.contains)
        if !staying.isEmpty { try db.run("UPDATE people SET state = 2, household = NULL WHERE id IN \(list: staying)") }
        let leaving = all.subtracting(needed).sorted()
        try db.run("DELETE FROM merges WHERE survivor IN \(list: leaving)")
        try db.run("DELETE FROM people WHERE id IN \(list: leaving)")
    }

    /// A pair waits for review because a value was said of both. When it is said of one only, there is nothing to review.
    private func deleteReviewsWithoutWitness() throws {
        let pairs = try db.all(
            """
            SELECT low, high FROM reviews
            WHERE verdict IN ('open', 'due') AND (low IN \(list: people) OR high IN \(list: people)) ORDER BY low, high
            """
        ) { (low: $0.integer(0), high: $0.integer(1)) }
        for pair in pairs {
            let witness = try db.integer(
                """
                SELECT COUNT(*) FROM identifiers AS one
                JOIN identifiers AS other ON other.kind = one.kind AND other.value = one.value
                WHERE one.person = \(pair.low) AND other.person = \(pair.high)
                """)
            if witness == 0 { try db.run("DELETE FROM reviews WHERE low = \(pair.low) AND high = \(pair.high)") }
        }
    }

    /// Writes the timers that participants set.
    func writeTimers() throws {
        let changes = step.takeTimerChanges().sorted { $0.key < $1.key }
        let homes = try People.current(changes.map(\.key.person), in: db)
        for (key, timer) in changes {
            try db.run("DELETE FROM timers WHERE person = \(key.person) AND owner = \(key.owner) AND key = \(key.key)")
            guard let timer, let home = homes[key.person] else { continue }
            try db.insert(
                into: "timers", ["partition", "due_at", "person", "owner", "key", "payload"],
                [
                    [
                        .integer(Int64(home.partition)), .time(timer.dueAt), .integer(timer.person), .text(timer.owner),
                        .text(timer.key), .text(timer.payload),
                    ]
                ])
        }
    }
}
