public import RapportCore

/// An event that a step wanted to append and the door refused: most often one too deep in a chain.
public struct Refusal: Sendable, Hashable {
    /// What would have caused it.
    public let cause: EventRef
    public let kind: String
    public let person: PersonID
    public let at: Timestamp
    public let reason: String

    /// The latest refusals, newest first.
    public static func latest(_ count: Int, in db: Connection) throws -> [Refusal] {
        try db.all(
            """
            SELECT partition, position, kind, person, refused_at, reason FROM refusals
            ORDER BY refused_at DESC, partition, position, kind LIMIT \(count)
            """
        ) { row in
            Refusal(
                cause: EventRef(partition: row.int(0), position: row.integer(1)), kind: row.text(2), person: row.integer(3),
                at: row.timestamp(4), reason: row.text(5))
        }
    }
}
