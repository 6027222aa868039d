public import RapportCore
public import RapportStorage

/// Whoever lost events is in the segments of before, and judged by all of them again; whoever is nobody any more leaves them.
public struct SegmentRemoval: RemovalParticipant {
    private static let entered = "segment.entered"
    private static let left = "segment.left"

    public init() {}

    public var derivedKinds: Set<String> { [Self.entered, Self.left] }

    /// What the events brought about is undone without a word, since the events that told of it are gone too.
    public func forget(_ events: [Event], in step: StepContext) throws {
        guard let entered = try step.catalog.existingKind(Self.entered, in: step.db)?.id,
            let left = try step.catalog.existingKind(Self.left, in: step.db)?.id
        else { return }
        let ids = try Dictionary(step.db.all("SELECT name, id FROM segments") { ($0.text(0), $0.integer(1)) }) { $1 }
        var told: [[Int64]: Event] = [:]
        for event in events where event.kind == entered || event.kind == left {
            guard let segment = try JSONValue(parsing: event.properties)["segment"]?.string.flatMap({ ids[$0] }) else { continue }
            let key = [event.person, segment]
            // The first of several tells how it was before.
            if let known = told[key], (known.occurredAt, known.ref) < (event.occurredAt, event.ref) { continue }
            told[key] = event
        }
        for (key, event) in told.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let (person, segment) = (key[0], key[1])
            let partition = try step.db.integer("SELECT partition FROM people WHERE id = \(person)").map { Int($0) }
            guard let partition else { continue }
            if event.kind == entered {
                let changed = try step.db.run("DELETE FROM membership WHERE segment = \(segment) AND person = \(person)")
                guard changed > 0 else { continue }
                try SegmentStore.count(entered: [], left: [segment], partition: partition, in: step.db)
            } else {
                let changed = try step.db.insert(
                    into: "membership", ["segment", "person", "since"],
                    [[.integer(segment), .integer(person), .time(event.occurredAt)]], ignoringConflicts: true)
                guard changed > 0 else { continue }
                try SegmentStore.count(entered: [segment], left: [], partition: partition, in: step.db)
            }
        }
    }

    public func didRemove(changed: [PersonID], gone: [PersonID], in step: StepContext) throws {
        // Whoever is a visitor again is in no segment.
        let visitors = try step.db.all("SELECT id FROM people WHERE id IN \(list: changed) AND anonymous = 1 ORDER BY id") {
            $0.integer(0)
        }
        if try step.db.integer("SELECT MIN(id) FROM segments") != nil {
            SegmentsReactor.judgeAgain(changed.filter { !visitors.contains($0) }, in: step)
        }
        let gone = gone + visitors
        guard !gone.isEmpty else { return }
        let members = try step.db.all("SELECT segment, person FROM membership WHERE person IN \(list: gone)") {
            (segment: $0.integer(0), person: $0.integer(1))
        }
        guard !members.isEmpty else { return }
        // Counts are kept by the partition in which the person was judged.
        let homes = Dictionary(
            try step.db.all("SELECT id, partition FROM people WHERE id IN \(list: gone)") { ($0.integer(0), $0.int(1)) }
        ) { first, _ in first }
        let byHome = Dictionary(grouping: members) { homes[$0.person] ?? step.partition }
        for (partition, some) in byHome.sorted(by: { $0.key < $1.key }) {
            try SegmentStore.count(entered: [], left: some.map(\.segment), partition: partition, in: step.db)
        }
        try step.db.run("DELETE FROM membership WHERE person IN \(list: gone)")
    }
}
