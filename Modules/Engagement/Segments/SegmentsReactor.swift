public import RapportCore
public import RapportStorage

/// Keeps memberships live: an event wakes the segments that its kind and fields can change; for each person one timer stands
/// at the next moment at which time alone may change something.
///
/// Membership is state that this reactor keeps exact, so it sees history too; what it appends then is history.
public struct SegmentsReactor: Reactor {
    static let owner = "segments"
    /// The key of a person's timer that asks for all segments, after a merge.
    static let everything = "all"
    /// The same, after a rule that chooses the person's values has changed.
    static let redefined = "rules"

    public var name: String { Self.owner }
    public var handlesHistory: Bool { true }

    let house: TimeZoneRules
    let permits: (any SegmentPermits)?
    let countsFirst: Bool
    let library: SegmentLibrary

    /// - Parameters:
    ///   - house: the zone of those who have none of their own.
    ///   - countsFirst: whether filling waits until a `SegmentCounter` has counted.
    public init(house: TimeZoneRules, permits: (any SegmentPermits)? = nil, countsFirst: Bool = false) {
        self.house = house
        self.permits = permits
        self.countsFirst = countsFirst
        library = SegmentLibrary(permits: permits)
    }

    public func react(to events: [Event], in step: StepContext) throws {
        let events = events.filter { $0.person != 0 }
        guard !events.isEmpty else { return }
        let book = try library.book(in: step.db, step.catalog)
        guard !book.entries.isEmpty else { return }
        let kinds = KindsOfNote(try step.kinds())
        var order: [PersonID] = []
        var subjects: [PersonID: SegmentUpdate.Subject] = [:]
        for event in events {
            let entries = book.changed(byKind: event.kind, saysFields: event.kind == kinds.identified)
            var subject =
                subjects[event.person]
                ?? .init(person: event.person, now: event.receivedAt, cause: .event(event), entries: [])
            if subjects[event.person] == nil { order.append(event.person) }
            subject.entries.formUnion(entries)
            subject.now = max(subject.now, event.receivedAt)
            subject.cause = .event(event)
            if event.kind == kinds.erased || event.kind == kinds.restricted || event.kind == kinds.released {
                subject.mayHaveVanished = true
                subject.entries = book.all
            }
            if event.kind == kinds.objected || event.kind == kinds.lifted { subject.entries = book.all }
            subjects[event.person] = subject
        }
        try update(order.compactMap { subjects[$0] }, book, step)
    }

    public func wake(_ timers: [Timer], in step: StepContext) throws {
        let book = try library.book(in: step.db, step.catalog)
        var subjects: [PersonID: SegmentUpdate.Subject] = [:]
        for timer in timers where timer.person != 0 {
            let all = timer.key == Self.everything || timer.key == Self.redefined
            var subject =
                subjects[timer.person]
                ?? .init(person: timer.person, now: step.now, cause: .time, entries: book.windowed)
            if all {
                subject.entries = book.all
                subject.cause = timer.key == Self.redefined ? .definition : .merge
                subject.mayHaveVanished = true
                if !timer.payload.isEmpty { subject.since = SegmentMerging.read(try JSONValue(parsing: timer.payload)) }
            }
            subjects[timer.person] = subject
        }
        if !subjects.isEmpty { try update(subjects.values.sorted { $0.person < $1.person }, book, step) }
        if let fill = timers.first(where: { $0.person == 0 }) { try self.fill(fill, book, step) }
    }

    /// Has people judged by every segment when the step comes by: after a merge or unmerge, both of them. Whoever has become
    /// an alias leaves all of them.
    ///
    /// - Parameter since: of segments that they are found to be in, since when that is so; else it is since now.
    public static func judgeAgain(_ people: [PersonID], since: [Int64: Timestamp] = [:], in step: StepContext) {
        let payload = since.isEmpty ? "" : SegmentMerging.json(since).text
        for person in people {
            step.set(Timer(dueAt: step.now, person: person, owner: owner, key: everything, payload: payload))
        }
    }

    /// Has people judged by every segment whose values a definition has changed.
    public static func judgeAgain(redefined people: [PersonID], in step: StepContext) {
        for person in people { step.set(Timer(dueAt: step.now, person: person, owner: owner, key: redefined)) }
    }

    private func update(_ subjects: [SegmentUpdate.Subject], _ book: SegmentBook, _ step: StepContext) throws {
        let partitions = Set(subjects.map { Int64(step.partition(of: $0.person)) }).sorted()
        var filling: [Int: Set<Int64>] = [:]
        try step.db.each("SELECT partition, segment FROM segment_fills WHERE partition IN \(list: partitions)") { row in
            filling[row.int(0), default: []].insert(row.integer(1))
        }
        var update = SegmentUpdate(
            book: book, house: house, permits: permits, step: step, filling: filling.mapValues(book.places))
        try update.run(subjects)
    }

    /// The numbers of the kinds that tell more than their properties.
    private struct KindsOfNote {
        var identified: Int64?
        var erased: Int64?
        var restricted: Int64?
        var released: Int64?
        var objected: Int64?
        var lifted: Int64?

        init(_ kinds: [String: Int64]) {
            identified = kinds["person.identified"]
            erased = kinds["person.erased"]
            restricted = kinds[PermissionAct.Kind.restricted.rawValue]
            released = kinds[PermissionAct.Kind.released.rawValue]
            objected = kinds[PermissionAct.Kind.objected.rawValue]
            lifted = kinds[PermissionAct.Kind.objectionLifted.rawValue]
        }
    }
}
