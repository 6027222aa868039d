import RapportCore
import RapportStorage

/// Whose a message is and how much the ledger holds against writing to them. A mark that is not as it was when the message passed the
/// gate says that somebody has opted out, been erased or become another since, without deciding anew.
struct LedgerMark: Sendable, Hashable {
    /// Who may be written to: after a merge the survivor; `nil` once erased.
    var person: PersonID?
    /// Withdrawals, objections and restrictions of the person. What lifts one counts, too.
    var records: Int64 = 0
    /// Those of the address that are in force.
    var suppressions: Int64 = 0

    /// A message on its way, and the hash of where it goes.
    typealias Place = (key: MessageKey, address: Int64)

    /// The marks of messages. Read them before the gate decides: what is committed in between then differs, and is not missed.
    static func read(_ messages: [Place], in db: Connection) throws -> [MessageKey: LedgerMark] {
        guard !messages.isEmpty else { return [:] }
        let owners = try People.current(messages.map(\.key.person), in: db).mapValues(\.person)
        let people = Set(owners.values).sorted()
        let there = Set(try db.all("SELECT id FROM people WHERE id IN \(list: people) AND state = 0") { $0.integer(0) })
        var said: [PersonID: Int64] = [:]
        try db.each(
            """
            SELECT person, COUNT(*) FROM withdrawals WHERE person IN \(list: people) GROUP BY person
            UNION ALL
            SELECT person, COUNT(*) FROM objections WHERE person IN \(list: people) GROUP BY person
            UNION ALL
            SELECT person, COUNT(*) FROM restrictions WHERE person IN \(list: people) GROUP BY person
            """
        ) { said[$0.integer(0), default: 0] += $0.integer(1) }
        var suppressed: [Int64: Int64] = [:]
        try db.each(
            """
            SELECT address, COUNT(*) FROM suppressions
            WHERE address IN \(list: Set(messages.map(\.address)).sorted()) AND lifted_at = 0 GROUP BY address
            """
        ) { suppressed[$0.integer(0)] = $0.integer(1) }
        return Dictionary(
            messages.map { message in
                let owner = owners[message.key.person].flatMap { there.contains($0) ? $0 : nil }
                let mark = LedgerMark(
                    person: owner, records: owner.flatMap { said[$0] } ?? 0, suppressions: suppressed[message.address] ?? 0)
                return (message.key, mark)
            }
        ) { first, _ in first }
    }
}
