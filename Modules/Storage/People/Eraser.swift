public import RapportCore

/// Erases people at their wish (GDPR, article 17), and sees to it that a restore erases them again.
public struct Eraser: Sendable {
    let database: any Database
    let door: Door
    let journal: Journal
    /// Called in the transaction before anything is forgotten.
    let forgetting: @Sendable (PersonID, _ at: Timestamp, Connection) throws -> Void

    /// - Parameter forgetting: called in the transaction with the person before anything is forgotten: for whoever has to pass it
    ///   on.
    public init(
        database: any Database, door: Door, journal: Journal,
        forgetting: @escaping @Sendable (PersonID, _ at: Timestamp, Connection) throws -> Void = { _, _, _ in }
    ) {
        self.forgetting = forgetting
        self.database = database
        self.door = door
        self.journal = journal
    }

    /// Erases a person and everybody merged into it. The journal has it before the transaction commits, so an erasure that
    /// cannot be kept is refused.
    ///
    /// - Returns: whether there was somebody to erase.
    public func erase(_ person: PersonID, actor: String, at now: Timestamp) async throws -> Bool {
        try await database.write { db in
            guard let owner = try People.current([person], in: db)[person] else { return false }
            // No step of this person's partition may be under way: it would write down again what is deleted here.
            _ = try db.integer("SELECT epoch FROM cursors WHERE partition = \(owner.partition)\(raw: db.forUpdate)")
            let entry = JournalEntry(
                .erasure, at: now,
                person: try db.text("SELECT public_id FROM people WHERE id = \(owner.person)").flatMap { PublicID($0) },
                identifiers: try HashedIdentifier.of(owner.person, in: db), evidence: actor)
            guard try db.integer("SELECT 1 FROM people WHERE id = \(owner.person) AND state = 0") != nil else { return false }
            let answers: [Acceptance] = try door.accept(
                [
                    NewEvent(
                        kind: "person.erased", source: "rapport", person: owner.person, occurredAt: now,
                        properties: ["actor": .string(actor)])
                ], in: db)
            if case .refused(let problem)? = answers.first { throw problem }
            try forgetting(owner.person, now, db)
            guard try Erasure.erase(owner.person, in: db) else { return false }
            try journal.appendWaiting([entry])
            return true
        }
    }
}
