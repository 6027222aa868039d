import RapportCore
import RapportStorage

/// Messages of many people as the log has them, put by person as they are read: from the index over kind and time, for to have the
/// database put them in order took several times as long.
struct SentMessages {
    struct Sent: BitwiseCopyable {
        var person: PersonID
        var at: Int64
        /// Numbers of symbols; 0 where the event names none.
        var campaign: Int64
        var channel: Int64
        var topic: Int64

        fileprivate init(_ row: Row) {
            person = row.integer(0)
            at = row.integer(1)
            campaign = row.integerOrNil(2) ?? 0
            channel = row.integerOrNil(3) ?? 0
            topic = row.integerOrNil(4) ?? 0
        }

        fileprivate func isEqual(to other: Sent) -> Bool {
            campaign == other.campaign && channel == other.channel && topic == other.topic
        }
    }

    private let condition: SQL
    private var piles: PersonPiles<Sent>

    /// - Parameters:
    ///   - condition: on rows of `timeline`, with the kind.
    ///   - take: hears of each message, in no order.
    init(where condition: SQL, of living: LivingPeople, in db: Connection, take: (Sent) -> Void = { _ in }) throws {
        self.condition = condition
        var piles = PersonPiles<Sent>(people: living.bound, person: \.person)
        try db.stream("SELECT person, occurred_at, n1, n2, n3 FROM timeline WHERE \(condition)") { row in
            let sent = Sent(row)
            guard living.contains(sent.person) else { return }
            piles.add(sent, of: sent.person)
            take(sent)
        }
        self.piles = piles
    }

    var places: Range<Int> { piles.places }

    /// Hands over the people of a pile, in the order of their numbers, with their messages by time; those of one moment as they stand
    /// on the log. What was handed over is let go.
    mutating func take(_ place: Int, in db: Connection, _ body: (PersonID, [Sent]) throws -> Void) throws {
        var pile = piles.take(place)
        var undecided: [PersonID] = []
        pile.each { person, own in
            own.sort { $0.at < $1.at }
            if zip(own, own.dropFirst()).contains(where: { $0.at == $1.at && !$0.isEqual(to: $1) }) { undecided.append(person) }
        }
        var decided: [PersonID: [Sent]] = [:]
        if !undecided.isEmpty {
            try db.each(
                """
                SELECT person, occurred_at, n1, n2, n3 FROM timeline WHERE person IN \(list: undecided) AND \(condition)
                ORDER BY person, kind, occurred_at, partition, position
                """
            ) { decided[$0.integer(0), default: []].append(Sent($0)) }
        }
        try pile.each { person, own in try body(person, decided[person] ?? Array(own)) }
    }
}
