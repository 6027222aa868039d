public import RapportCore
public import RapportStorage

/// Whoever was written to, or decided about, stays: what was done is not undone by a revert.
public struct DeliveryRemoval: RemovalParticipant {
    public init() {}

    public func needed(_ people: [PersonID], in db: Connection) throws -> Set<PersonID> {
        var needed: Set<PersonID> = []
        for table in ["messages", "receipts", "drops"] {
            try db.each("SELECT DISTINCT person FROM \(raw: table) WHERE person IN \(list: people)") {
                needed.insert($0.integer(0))
            }
        }
        return needed
    }
}
