import RapportCore
import RapportStorage

/// Judges many people again and brings their memberships, events and next moments up to date, in a handful of statements.
struct SegmentUpdate {
    /// Why somebody is judged.
    enum Cause {
        case event(Event)
        case time
        /// A segment is new, edited or retired.
        case definition
        case merge

        var word: String {
            switch self {
            case .event: "event"
            case .time: "time"
            case .definition: "definition"
            case .merge: "merge"
            }
        }
    }

    struct Subject {
        var person: PersonID
        var now: Timestamp
        var cause: Cause
        /// Which entries of the book may have changed.
        var entries: SegmentPlaces
        /// Whether the person may have begun or ceased to be somebody whom segments judge.
        var mayHaveVanished = false
        /// Since when the person has been in segments, where that is known to be longer than now.
        var since: [Int64: Timestamp] = [:]
    }

    private struct Change {
        var segment: Int64
        var person: PersonID
        var since: Timestamp
    }

    let book: SegmentBook
    let house: TimeZoneRules
    let permits: (any SegmentPermits)?
    let step: StepContext
    /// Entries that are still being filled, by partition: who enters or leaves them does so because of the definition.
    let filling: [Int: SegmentPlaces]

    private var entered: [Change] = []
    private var left: [Change] = []
    private var unprofiled = Unprofiled()

    init(
        book: SegmentBook, house: TimeZoneRules, permits: (any SegmentPermits)?, step: StepContext, filling: [Int: SegmentPlaces]
    ) {
        self.book = book
        self.house = house
        self.permits = permits
        self.step = step
        self.filling = filling
    }

    /// - Parameter subjects: every person at most once.
    mutating func run(_ subjects: [Subject]) throws {
        var members = try memberships(of: subjects.map(\.person))
        // Nobody is left out or let in without an event by which all segments judge them again.
        unprofiled = try Unprofiled.read(of: subjects.map(\.person).sorted(), in: step.db)
        let judged = try settle(subjects, &members)
        guard !judged.isEmpty else { return try write() }

        var needs = SegmentNeeds()
        for place in book.closure(of: judged.reduce(into: SegmentPlaces()) { $0.formUnion($1.entries) }) {
            needs.formUnion(book.entries[place].needs)
        }
        needs.segments = []
        let loader = FactsLoader(schema: book.schema, permits: permits)
        let earliest = judged.map(\.now.milliseconds).min() ?? 0
        var facts = try loader.load(judged.map(\.person), for: needs, from: earliest, in: step.db)
        let due = try moments(of: judged.map(\.person))
        for subject in judged {
            var own = facts.removeValue(forKey: subject.person) ?? PersonFacts()
            own.segments = members[subject.person] ?? []
            judge(subject, SegmentEvaluator(facts: own, now: subject.now, house: house), due: due[subject.person])
        }
        try write()
    }

    // MARK: Whom

    /// Whom to judge: not the anonymous, merged, erased and restricted, and newcomers by every segment.
    private mutating func settle(_ subjects: [Subject], _ members: inout [PersonID: Set<Int64>]) throws -> [Subject] {
        let doubtful = subjects.filter { $0.mayHaveVanished || members[$0.person]?.contains(SegmentBook.everybody) != true }
        guard !doubtful.isEmpty else { return subjects.filter { !$0.entries.isEmpty } }
        let active = Set(
            try step.db.all(
                """
                SELECT id FROM people
                 WHERE id IN \(list: doubtful.map(\.person).sorted()) AND state = 0 AND anonymous = 0
                """
            ) { $0.integer(0) }
        ).subtracting(unprofiled.restricted)
        let asked = Set(doubtful.map(\.person))
        var out: [Subject] = []
        for var subject in subjects {
            let isKnown = members[subject.person]?.contains(SegmentBook.everybody) == true
            if asked.contains(subject.person), !active.contains(subject.person) {
                if isKnown {
                    left += (members[subject.person] ?? []).sorted().map { change(subject, $0) }
                    step.cancel(person: subject.person, owner: SegmentsReactor.owner)
                }
                continue
            }
            if !isKnown {
                subject.entries = book.all
                entered.append(change(subject, SegmentBook.everybody))
                members[subject.person, default: []].insert(SegmentBook.everybody)
            }
            if !subject.entries.isEmpty { out.append(subject) }
        }
        return out
    }

    private func memberships(of people: [PersonID]) throws -> [PersonID: Set<Int64>] {
        var out: [PersonID: Set<Int64>] = [:]
        try step.db.each("SELECT person, segment FROM membership WHERE person IN \(list: step.known(among: people))") {
            out[$0.integer(0), default: []].insert($0.integer(1))
        }
        return out
    }

    private func moments(of people: [PersonID]) throws -> [PersonID: Timestamp] {
        guard !book.windowed.isEmpty else { return [:] }
        var out: [PersonID: Timestamp] = [:]
        try step.db.each(
            """
            SELECT person, due_at FROM timers
             WHERE person IN \(list: people.sorted()) AND owner = \(SegmentsReactor.owner) AND key = ''
            """
        ) { out[$0.integer(0)] = $0.timestamp(1) }
        return out
    }

    // MARK: Judging

    private mutating func judge(_ subject: Subject, _ evaluator: SegmentEvaluator, due: Timestamp?) {
        var evaluator = evaluator
        var waiting = subject.entries
        var next: Timestamp?
        var place = -1
        let hasObjected = unprofiled.objected.contains(subject.person)
        // Whoever mentions an entry stands behind it, so what is found to change is still to come.
        while let found = waiting.first(from: place + 1) {
            place = found
            let id = book.entries[place].id
            // Who has objected is in no segment that is for marketing, whatever the expression says and whenever.
            let judges = !hasObjected || book.entries[place].purpose == .service
            var holds = false
            if judges, let condition = book.conditions[place] {
                holds = evaluator.holds(condition)
                if book.windowed.contains(place), let moment = evaluator.nextChange(of: condition, from: holds) {
                    next = next.map { min($0, moment) } ?? moment
                }
            }
            guard holds != evaluator.facts.segments.contains(id) else { continue }
            evaluator.set(id, holds: holds)
            let change = change(subject, id)
            if holds { entered.append(change) } else { left.append(change) }
            announce(subject, book.entries[place], place, entered: holds)
            waiting.formUnion(book.directDependents(of: place))
        }
        // The moment of the entries that were not judged stands: it is the earliest of theirs, or earlier.
        if !waiting.isSuperset(of: book.windowed), let due, due > subject.now { next = next.map { min($0, due) } ?? due }
        if let next, next != due {
            step.set(Timer(dueAt: next, person: subject.person, owner: SegmentsReactor.owner))
        } else if next == nil, due != nil {
            step.cancel(person: subject.person, owner: SegmentsReactor.owner)
        }
    }

    private func change(_ subject: Subject, _ segment: Int64) -> Change {
        Change(segment: segment, person: subject.person, since: subject.since[segment] ?? subject.now)
    }

    private func announce(_ subject: Subject, _ entry: SegmentBook.Entry, _ place: Int, entered: Bool) {
        let isFilling = filling[step.partition(of: subject.person)]?.contains(place) ?? false
        let cause = isFilling ? Cause.definition.word : subject.cause.word
        let event = NewEvent(
            kind: entered ? "segment.entered" : "segment.left", source: "rapport", person: subject.person,
            occurredAt: subject.now,
            properties: ["segment": .string(entry.name), "cause": .string(cause), "version": .integer(entry.version)])
        if case .event(let event0) = subject.cause { step.append(event, because: event0) } else { step.append(event) }
    }

    // MARK: Writing

    private mutating func write() throws {
        let db = step.db
        entered.sort { ($0.segment, $0.person) < ($1.segment, $1.person) }
        try db.insert(into: "membership", ["segment", "person", "since"], entered, onConflict: "DO NOTHING") { row, change in
            row.integer(change.segment)
            row.integer(change.person)
            row.time(change.since)
        }
        for (segment, changes) in Dictionary(grouping: left, by: \.segment).sorted(by: { $0.key < $1.key }) {
            try db.run("DELETE FROM membership WHERE segment = \(segment) AND person IN \(list: changes.map(\.person).sorted())")
        }
        var counts = SegmentCounts()
        for change in entered { counts.add(1, to: change.segment, in: step.partition(of: change.person)) }
        for change in left { counts.add(-1, to: change.segment, in: step.partition(of: change.person)) }
        try counts.write(in: db)
        (entered, left) = ([], [])
    }
}
