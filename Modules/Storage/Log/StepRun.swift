import RapportCore

/// Events that folds and reactors are given together.
enum StepRun {
    /// The events of `queue` that may be handled together before `moment`, and the rest, both in order.
    ///
    /// A run has one event of each person, so that whoever handles it sees every person as of that event. History may come
    /// many at once: nobody acts on it. Events that concern nobody go before and after all others, as they stand.
    static func split(_ queue: [Event], before moment: Timestamp?) -> (run: [Event], rest: [Event]) {
        // An import's.
        if moment == nil, let first = queue.first, queue.allSatisfy({ $0.history && ($0.person == 0) == (first.person == 0) }) {
            return (queue, [])
        }
        var run: [Event] = []
        var rest: [Event] = []
        var newsOf: Set<PersonID> = []
        var historyOf: Set<PersonID> = []
        for (index, event) in queue.enumerated() {
            let isTooLate = moment.map { event.receivedAt >= $0 } ?? false
            let isBarrier = run.last.map { ($0.person == 0) != (event.person == 0) } ?? false
            if isTooLate || isBarrier || (event.person == 0 && !rest.isEmpty) {
                rest += queue[index...]
                break
            }
            let mayJoin =
                event.history
                ? !newsOf.contains(event.person) : !newsOf.contains(event.person) && !historyOf.contains(event.person)
            if mayJoin {
                run.append(event)
                if event.history { historyOf.insert(event.person) } else { newsOf.insert(event.person) }
            } else {
                // Later events of this person wait behind it.
                newsOf.insert(event.person)
                rest.append(event)
            }
        }
        return (run, rest)
    }
}
