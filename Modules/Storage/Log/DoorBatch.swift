import RapportCore

/// The events of one batch on their way through the door, one stage a method, each stage a few queries for all of them: duplicates,
/// numbers of kinds and sources, people, heads, rows.
struct DoorBatch {
    var answers: [Acceptance]
    /// Of those that go on the log, in the order in which they came.
    var places: [Place] = []
    /// Events with a dedupe key that an earlier event of this batch has: index, and the index of the earlier one.
    var repeats: [(index: Int, first: Int)] = []
    var heads: [Int: Head] = [:]
    var now = Timestamp.distantPast

    struct Head {
        var last: Int64
        var count: Int64 = 0
        /// The received_at of everything that this batch appends here.
        var receivedAt: Timestamp
    }

    private static let pending = Acceptance.refused(Problem("event.pending", "it has not been looked at"))

    let prepared: PreparedEvents
    let keepsFresh: Bool
    /// What was put on the log, if it is kept.
    var fresh = EventsAtHand()

    /// - Parameter keepsFresh: whether what is put on the log will be handled in the same transaction.
    init(_ prepared: PreparedEvents, keepsFresh: Bool) {
        self.prepared = prepared
        self.keepsFresh = keepsFresh
        places = prepared.checked.items.enumerated().map { Place(item: $0, index: $1.index, dedupe: $1.dedupe) }
        answers = Array(repeating: Self.pending, count: prepared.events.count)
        for (index, problem) in prepared.checked.refusals { answers[index] = .refused(problem) }
    }

    /// Whether something goes on the log.
    var hasEvents: Bool { !places.isEmpty }

    mutating func refuse(_ place: Place, _ problem: Problem) { answers[place.index] = .refused(problem) }
}
