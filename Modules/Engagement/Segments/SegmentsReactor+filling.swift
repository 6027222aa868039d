import RapportCore
import RapportStorage

extension SegmentsReactor {
    /// People judged at a time while filling.
    private static let slice = 200
    /// How long one step goes on filling. The clock decides only where slices end, never what is in them.
    private static let budget = Duration.milliseconds(25)
    /// The partition's events that come within this have their turn before the next slice.
    private static let pause = Span(milliseconds: 10)

    /// Fills new, edited and retired segments with the next people of the partition, and sets the timer for the rest.
    func fill(_ timer: Timer, _ book: SegmentBook, _ step: StepContext) throws {
        let start = ContinuousClock.now
        let db = step.db
        repeat {
            let fills = try db.all(
                "SELECT segment, upto FROM segment_fills WHERE partition = \(step.partition) ORDER BY segment"
            ) { (segment: $0.integer(0), upto: $0.integer(1)) }
            // Those that are least far go on; they join the others where these stand.
            guard let upto = fills.map(\.upto).min() else { return }
            let joined = fills.map(\.upto).filter { $0 > upto }.min() ?? .max
            let segments = fills.filter { $0.upto == upto }.map(\.segment)
            let people = try db.all(
                """
                SELECT id FROM people
                 WHERE partition = \(step.partition) AND id > \(upto) AND id <= \(joined) AND state = 0 AND anonymous = 0
                 ORDER BY partition, id LIMIT \(Self.slice)
                """
            ) { $0.integer(0) }
            var update = SegmentUpdate(
                book: book, house: house, permits: permits, step: step,
                filling: [step.partition: book.places(of: Set(fills.map(\.segment)))])
            let entries = book.places(of: Set(segments))
            try update.run(people.map { .init(person: $0, now: step.now, cause: .definition, entries: entries) })
            if people.count == Self.slice, let last = people.last {
                try db.run(
                    """
                    UPDATE segment_fills SET upto = \(last)
                     WHERE partition = \(step.partition) AND segment IN \(list: segments)
                    """)
            } else if joined < .max {
                try db.run(
                    """
                    UPDATE segment_fills SET upto = \(joined)
                     WHERE partition = \(step.partition) AND segment IN \(list: segments)
                    """)
            } else {
                try db.run("DELETE FROM segment_fills WHERE partition = \(step.partition) AND segment IN \(list: segments)")
                return
            }
        } while ContinuousClock.now - start < Self.budget
        step.set(Timer(dueAt: step.now + Self.pause, person: 0, owner: Self.owner, key: timer.key))
    }
}
