import RapportCore
import RapportStorage

extension SegmentsReactor {
    /// People judged at a time while filling.
    private static let slice = 200
    /// How long one step goes on with a partition.
    private static let budget = Duration.milliseconds(25)
    /// How long until it is seen whether declared properties have been filled in, or segments counted.
    private static let wait = Span(milliseconds: 200)

    /// Fills new, edited and retired segments with the next people of the partition, and sets the timer for the rest.
    func fill(_ timer: Timer, _ book: SegmentBook, _ step: StepContext) throws {
        let db = step.db
        // Another partition has had the time of this transaction.
        guard step.hasSpareTime else {
            step.set(Timer(dueAt: step.later(hasWorked: false), person: 0, owner: Self.owner, key: timer.key))
            return
        }
        // What is said of the past would not be whole yet.
        if try SlotsReactor.isFilling(partition: step.partition, in: db) {
            step.set(Timer(dueAt: step.now + Self.wait, person: 0, owner: Self.owner, key: timer.key))
            return
        }
        let start = ContinuousClock.now
        while step.hasSpareTime, ContinuousClock.now - start < Self.budget {
            let all = try db.all(
                """
                SELECT segment_fills.segment, segment_fills.upto, segments.counted, segments.state FROM segment_fills
                  JOIN segments ON segments.id = segment_fills.segment
                 WHERE segment_fills.partition = \(step.partition) ORDER BY segment_fills.segment
                """
            ) { (segment: $0.integer(0), upto: $0.integer(1), isCounted: !$0.isNull(2) || $0.text(3) == "retired") }
            let fills = all.filter { $0.isCounted || !countsFirst }
            // Those that are least far go on; they join the others where these stand.
            guard let upto = fills.map(\.upto).min() else {
                if !all.isEmpty {
                    step.set(Timer(dueAt: step.now + Self.wait, person: 0, owner: Self.owner, key: timer.key))
                }
                return
            }
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
                // What is not counted yet still waits, so it is looked again.
                try db.run("DELETE FROM segment_fills WHERE partition = \(step.partition) AND segment IN \(list: segments)")
            }
        }
        step.set(Timer(dueAt: step.later(hasWorked: true), person: 0, owner: Self.owner, key: timer.key))
    }
}
