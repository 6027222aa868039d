public import RapportCore
public import RapportStorage

/// Keeps everybody's stage live: when an event arrives, and at the moment a window passes. Stands before the segments, which may go by
/// stages.
///
/// Each change of stage that happens now is an event, `lifecycle.changed`. What history tells is dated in the record and wakes nobody.
public struct LifecycleReactor: Reactor {
    public static let owner = "lifecycle"
    public static let changed = "lifecycle.changed"
    /// The key of a timer that asks for everything anew, after a merge.
    static let everything = "all"
    /// People judged at a time while filling.
    private static let slice = 100
    private static let budget = Duration.milliseconds(25)

    public var name: String { Self.owner }
    public var handlesHistory: Bool { true }

    let permits: (any SegmentPermits)?
    private let library: LifecycleLibrary

    public init(house: TimeZoneRules, permits: (any SegmentPermits)? = nil) {
        self.permits = permits
        library = LifecycleLibrary(house: house, permits: permits)
    }

    public func react(to events: [Event], in step: StepContext) throws {
        let book = try library.book(in: step.db, step.catalog)
        guard !book.isEmpty else { return }
        let kinds = try step.kinds()
        var subjects: [PersonID: LifecycleUpdate.Subject] = [:]
        for event in events where event.person != 0 {
            guard event.kind != kinds[Self.changed], event.kind != kinds["segment.entered"], event.kind != kinds["segment.left"]
            else { continue }
            let speaks = book.needs.kinds[event.kind] != nil
            // What a stage reads has happened then; what else it brings holds from when it is known.
            let start = speaks ? event.occurredAt : event.receivedAt
            var subject =
                subjects[event.person] ?? .init(person: event.person, start: start, now: event.receivedAt, needed: false)
            subject.start = min(subject.start ?? start, start)
            subject.now = max(subject.now, event.receivedAt)
            subject.needed = subject.needed || speaks || book.isOnAnything || event.kind == kinds["person.erased"]
            if !event.history { subject.cause = event }
            subjects[event.person] = subject
        }
        try update(book, step).run(Array(subjects.values))
    }

    public func wake(_ timers: [Timer], in step: StepContext) throws {
        let book = try library.book(in: step.db, step.catalog)
        let subjects = timers.filter { $0.person != 0 }.map { timer in
            LifecycleUpdate.Subject(
                person: timer.person, start: timer.key == Self.everything ? nil : step.now, now: step.now, needed: true,
                isTimed: timer.key != Self.everything)
        }
        if !subjects.isEmpty { try update(book, step).run(subjects) }
        if let timer = timers.first(where: { $0.person == 0 }) { try fill(timer, book, step) }
    }

    private func update(_ book: LifecycleBook, _ step: StepContext) -> LifecycleUpdate {
        LifecycleUpdate(book: book, permits: permits, step: step)
    }

    /// Has people judged from the beginning when the step comes by.
    public static func judgeAgain(_ people: [PersonID], in step: StepContext) throws {
        guard try step.db.integer("SELECT 1 FROM lifecycle_now LIMIT 1") != nil else { return }
        for person in people {
            step.set(Timer(dueAt: step.now, person: person, owner: owner, key: everything))
        }
    }

    /// Judges the next people of the partition from the beginning.
    private func fill(_ timer: Timer, _ book: LifecycleBook, _ step: StepContext) throws {
        let (db, partition) = (step.db, step.partition)
        let start = ContinuousClock.now
        let works = step.hasSpareTime
        while step.hasSpareTime, ContinuousClock.now - start < Self.budget {
            guard let upto = try db.integer("SELECT upto FROM lifecycle_fills WHERE partition = \(partition)") else { return }
            let people = try db.all(
                """
                SELECT id FROM people WHERE partition = \(partition) AND id > \(upto) AND state = 0 AND anonymous = 0
                ORDER BY partition, id LIMIT \(Self.slice)
                """
            ) { $0.integer(0) }
            let moved = try update(book, step).run(
                people.map { .init(person: $0, start: nil, now: step.now, needed: true) })
            if !moved.isEmpty, try segmentsGoByStages(db) { SegmentsReactor.judgeAgain(moved, in: step) }
            guard people.count == Self.slice, let last = people.last else {
                try db.run("DELETE FROM lifecycle_fills WHERE partition = \(partition)")
                return
            }
            try db.run("UPDATE lifecycle_fills SET upto = \(last) WHERE partition = \(partition)")
        }
        step.set(Timer(dueAt: step.later(hasWorked: works), person: 0, owner: Self.owner, key: timer.key))
    }

    private func segmentsGoByStages(_ db: Connection) throws -> Bool {
        try db.all("SELECT expression FROM segments WHERE state <> 'retired' ORDER BY id") { $0.text(0) }
            .contains { $0.contains("lifecycle") }
    }
}
