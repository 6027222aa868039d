import RapportCore
import RapportStorage

/// Brings the stages of many people up to date, in a handful of statements.
struct LifecycleUpdate {
    struct Subject {
        var person: PersonID
        /// From when on something may have changed; `nil`: from the beginning.
        var start: Timestamp?
        var now: Timestamp
        /// Whether somebody whose stage is known has to be looked at.
        var needed: Bool
        /// A moment has come: what changes is an event of now.
        var isTimed = false
        /// What happened, unless it is history.
        var cause: Event?
    }

    private struct Home {
        var partition: Int64
        var isJudged: Bool
        var firstAt: Timestamp?
    }

    private struct Known {
        var stage: Int64
        var partition: Int64
    }

    private struct CountKey: Hashable, Comparable {
        var stage: Int64
        var partition: Int64
        static func < (left: Self, right: Self) -> Bool { (left.stage, left.partition) < (right.stage, right.partition) }
    }

    let book: LifecycleBook
    let permits: (any SegmentPermits)?
    let step: StepContext
    private var db: Connection { step.db }

    init(book: LifecycleBook, permits: (any SegmentPermits)?, step: StepContext) {
        self.book = book
        self.permits = permits
        self.step = step
    }

    /// - Parameter subjects: every person at most once.
    /// - Returns: whose stage is another one.
    @discardableResult
    func run(_ subjects: [Subject]) throws -> [PersonID] {
        let subjects = Dictionary(subjects.map { ($0.person, $0) }) { $0.start == nil ? $0 : $1 }.values.sorted {
            $0.person < $1.person
        }
        let all = subjects.map(\.person)
        guard !all.isEmpty else { return [] }
        var known: [PersonID: Known] = [:]
        try db.each("SELECT person, stage, partition FROM lifecycle_now WHERE person IN \(list: all)") {
            known[$0.integer(0)] = Known(stage: $0.integer(1), partition: $0.integer(2))
        }
        let asked = subjects.filter { $0.needed || known[$0.person] == nil }
        guard !asked.isEmpty else { return [] }
        let homes = try homes(of: asked.map(\.person))
        let gone = asked.map(\.person).filter { !(homes[$0]?.isJudged ?? false) || book.isEmpty }
        let judged = asked.filter { !gone.contains($0.person) }
        let before = try changes(of: judged.map(\.person))
        var counts: [CountKey: Int64] = [:]
        for person in gone {
            guard let was = known[person] else { continue }
            counts[CountKey(stage: was.stage, partition: was.partition), default: 0] -= 1
            step.cancel(person: person, owner: LifecycleReactor.owner)
        }
        var written: [(person: PersonID, changes: [LifecycleTransition])] = []
        var moved = gone.filter { known[$0] != nil }
        for (subject, facts, start) in try facts(of: judged, before, homes, known) {
            let old = before[subject.person] ?? []
            let kept = start.map { start in old.filter { $0.at < start } } ?? []
            let first = start ?? homes[subject.person]?.firstAt ?? subject.now
            let (new, next) = book.walk.run(
                facts, from: first, to: subject.now, before: kept.last,
                startingBy: subject.isTimed ? .time : .event)
            if let next {
                step.set(
                    Timer(
                        dueAt: max(next, subject.now + Span(milliseconds: 1)), person: subject.person,
                        owner: LifecycleReactor.owner))
            } else if !old.isEmpty {
                step.cancel(person: subject.person, owner: LifecycleReactor.owner)
            }
            let changes = kept + new
            guard changes != old, let last = changes.last else { continue }
            written.append((subject.person, changes))
            announce(new.filter { !old.contains($0) }, of: subject)
            let partition = homes[subject.person]?.partition ?? 0
            if let was = known[subject.person] { counts[CountKey(stage: was.stage, partition: was.partition), default: 0] -= 1 }
            counts[CountKey(stage: last.to, partition: partition), default: 0] += 1
            if known[subject.person]?.stage != last.to { moved.append(subject.person) }
        }
        try write(written, gone: gone, homes: homes, counts)
        return moved
    }

    /// What happens now is an event; what history, a new rule or a merge says of the past is dated in the record.
    private func announce(_ changes: [LifecycleTransition], of subject: Subject) {
        guard subject.cause != nil || subject.isTimed else { return }
        for change in changes {
            guard let from = change.from else { continue }
            let event = NewEvent(
                kind: LifecycleReactor.changed, source: "rapport", person: subject.person, occurredAt: change.at,
                properties: [
                    "from": .string(name(of: from)), "to": .string(name(of: change.to)), "cause": .string(change.cause.word),
                ])
            if let cause = subject.cause { step.append(event, because: cause) } else { step.append(event) }
        }
    }

    private func name(of stage: Int64) -> String { book.walk.rules.first { $0.id == stage }?.stage.name ?? "none" }

    // MARK: Reading

    private func homes(of people: [PersonID]) throws -> [PersonID: Home] {
        var homes: [PersonID: Home] = [:]
        try db.each("SELECT id, partition, state, anonymous FROM people WHERE id IN \(list: people)") { row in
            homes[row.integer(0)] = Home(partition: row.integer(1), isJudged: row.integer(2) == 0 && row.integer(3) == 0)
        }
        try db.each("SELECT person, MIN(first_at) FROM totals WHERE person IN \(list: people) GROUP BY person ORDER BY person") {
            homes[$0.integer(0)]?.firstAt = $0.timestamp(1)
        }
        return homes
    }

    private func changes(of people: [PersonID]) throws -> [PersonID: [LifecycleTransition]] {
        guard !people.isEmpty else { return [:] }
        var changes: [PersonID: [LifecycleTransition]] = [:]
        try db.each(
            "SELECT person, at, was, stage, cause FROM lifecycle_changes WHERE person IN \(list: people) ORDER BY person, place"
        ) { row in
            changes[row.integer(0), default: []].append(
                .init(
                    at: row.timestamp(1), from: row.integerOrNil(2), to: row.integer(3),
                    cause: .init(rawValue: row.integer(4)) ?? .event))
        }
        return changes
    }

    /// The facts of each, and from when on to walk: those of whom nothing happened later need only what windows and totals say; the
    /// others need all events that a stage reads.
    private func facts(
        of subjects: [Subject], _ before: [PersonID: [LifecycleTransition]], _ homes: [PersonID: Home], _ known: [PersonID: Known]
    ) throws -> [(Subject, PersonFacts, Timestamp?)] {
        guard !subjects.isEmpty else { return [] }
        var latest: [PersonID: Timestamp] = [:]
        try db.each(
            """
            SELECT person, MAX(last_at) FROM totals
            WHERE person IN \(list: subjects.map(\.person)) AND kind IN \(list: book.needs.kinds.keys.sorted())
            GROUP BY person ORDER BY person
            """
        ) { latest[$0.integer(0)] = $0.timestamp(1) }
        var (plain, whole): ([(Subject, Timestamp)], [(Subject, Timestamp?)]) = ([], [])
        for subject in subjects {
            // Before the first change there is nothing to go on from.
            let start = subject.start.flatMap { start in
                (before[subject.person]?.first).flatMap { $0.at < start ? start : nil }
            }
            if let start, latest[subject.person].map({ $0 <= start }) ?? true {
                plain.append((subject, start))
            } else {
                whole.append((subject, start))
            }
        }
        let loader = FactsLoader(schema: book.schema, permits: permits)
        var out: [(Subject, PersonFacts, Timestamp?)] = []
        if !plain.isEmpty {
            let earliest = plain.map(\.1.milliseconds).min() ?? 0
            let facts = try loader.load(plain.map(\.0.person), for: book.needs, from: earliest, in: db)
            out += plain.map { ($0, facts[$0.person] ?? PersonFacts(), $1) }
        }
        if !whole.isEmpty {
            var needs = book.needs
            for kind in needs.kinds.keys { needs.kinds[kind] = .init(totals: true, reach: nil) }
            let facts = try loader.load(whole.map(\.0.person), for: needs, from: 0, in: db)
            out += whole.map { ($0, facts[$0.person] ?? PersonFacts(), $1) }
        }
        return out
    }

    // MARK: Writing

    private func write(
        _ written: [(person: PersonID, changes: [LifecycleTransition])], gone: [PersonID], homes: [PersonID: Home],
        _ counts: [CountKey: Int64]
    ) throws {
        let touched = written.map(\.person) + gone
        guard !touched.isEmpty else { return }
        try db.run("DELETE FROM lifecycle_changes WHERE person IN \(list: touched.sorted())")
        try db.run("DELETE FROM lifecycle_now WHERE person IN \(list: touched.sorted())")
        let sorted = written.sorted { $0.person < $1.person }
        let rows = sorted.flatMap { one in one.changes.enumerated().map { (one.person, $0, $1) } }
        try db.insert(into: "lifecycle_changes", ["person", "place", "at", "was", "stage", "cause"], rows) { row, one in
            row.integer(one.0)
            row.int(one.1)
            row.time(one.2.at)
            row.integer(one.2.from)
            row.integer(one.2.to)
            row.integer(one.2.cause.rawValue)
        }
        try db.insert(into: "lifecycle_now", ["person", "stage", "since", "partition"], sorted) { row, one in
            row.integer(one.person)
            row.integer(one.changes.last?.to ?? 0)
            row.time(one.changes.last?.at ?? .distantPast)
            row.integer(homes[one.person]?.partition ?? 0)
        }
        try Self.count(
            counts.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { ($0.key.stage, $0.key.partition, $0.value) }, in: db)
    }

    static func count(_ changes: [(stage: Int64, partition: Int64, difference: Int64)], in db: Connection) throws {
        try db.insert(
            into: "lifecycle_counts", ["stage", "partition", "people"], changes,
            onConflict: "(stage, partition) DO UPDATE SET people = lifecycle_counts.people + excluded.people"
        ) { row, change in
            row.integer(change.stage)
            row.integer(change.partition)
            row.integer(change.difference)
        }
    }
}
