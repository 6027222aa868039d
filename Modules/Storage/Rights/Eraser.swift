public import RapportCore

/// Erases people at their wish (GDPR, article 17), and sees to it that a restore erases them again.
public struct Eraser: Sendable {
    let database: any Database
    let door: Door
    let journal: Journal
    let erasure: Erasure
    /// Called in the transaction before anything is forgotten.
    let forgetting: @Sendable (DataSubject, _ at: Timestamp, Connection) throws -> Void

    /// What an erasure did.
    public struct Outcome: Sendable {
        /// Whether there was somebody to erase: `false` where it was done before.
        public var isDone: Bool
        public var publicID: String
        /// What was done where.
        public var places: [ErasedPlace]
        /// Tables that are left alone, and why.
        public var kept: [(table: String, reason: PersonalReason)]
        /// By what the person was known, for those who look through files; nothing where it was done before.
        public var traces: PersonalTraces?
        public var identifiers: [Identifier]
        /// What events of others said of the person.
        public var mentions = Mentions()
    }

    /// - Parameter forgetting: called in the transaction with the person before anything is forgotten: for whoever has to pass it
    ///   on.
    public init(
        database: any Database, door: Door, journal: Journal, erasure: Erasure,
        forgetting: @escaping @Sendable (DataSubject, _ at: Timestamp, Connection) throws -> Void = { _, _, _ in }
    ) {
        self.forgetting = forgetting
        self.database = database
        self.door = door
        self.journal = journal
        self.erasure = erasure
    }

    /// Erases a person and everybody merged into it. The journal has it before the transaction commits, so an erasure that
    /// cannot be kept is refused. Said again of somebody erased, it looks once more for what may be left.
    ///
    /// - Throws: `Problem` `person.not_found` if there is no such person.
    public func erase(_ person: PersonID, actor: String, at now: Timestamp) async throws -> Outcome {
        var places: [ErasedPlace] = []
        var subject: DataSubject?
        // Before the person is erased, since then nobody knows any more what to look for.
        var mentions = Mentions()
        let search = try await database.read { db in try DataSubject.read(person, in: db).map { try MentionSearch([$0], in: db) }
        }
        if let search { mentions = try await search.run(on: database) }
        // A message that is with its channel is back within seconds. Else it would be written down after all was erased.
        let patient = ContinuousClock.now + Self.patience
        var changes = 0
        erasing: while true {
            let (read, found) = try await database.read { [erasure] db in
                guard let subject = try DataSubject.read(person, in: db) else {
                    throw Problem("person.not_found", "there is no such person")
                }
                return (subject, try erasure.search(subject, in: db))
            }
            subject = read
            switch try await erase(read, found, waits: ContinuousClock.now < patient, actor: actor, at: now) {
            case .done(let done):
                places = done
                break erasing
            case .leaving: try await Task.sleep(for: .milliseconds(50))
            case .changed:
                // Merged, or learnt something, meanwhile: what was found is not all.
                changes += 1
                guard changes < 8 else {
                    throw Problem("erase.contended", "the person is changing all the time", remedy: "Try again")
                }
            }
        }
        guard let subject else { throw Problem("person.not_found", "there is no such person") }
        let isDone = !places.isEmpty
        let work = try await database.read { [erasure] db in try erasure.leftovers(of: subject, in: db) }
        for piece in work { places.append(try await database.write { db in try piece.run(db) }) }
        return Outcome(
            isDone: isDone, publicID: subject.publicID, places: Erasure.summed(places), kept: erasure.kept,
            traces: isDone ? subject.traces : nil, identifiers: isDone ? subject.identifiers : [], mentions: mentions)
    }

    /// How long an erasure waits for what is with a channel: longer than messages of one group may leave. A process that died with one
    /// in hand brings none back.
    private static let patience = Duration.seconds(15)

    private enum Attempt {
        /// Nothing if somebody was faster.
        case done([ErasedPlace])
        /// The person is not as it was read.
        case changed
        /// Something of the person is on its way out.
        case leaving
    }

    private func erase(
        _ subject: DataSubject, _ found: [ErasureWork], waits: Bool, actor: String, at now: Timestamp
    ) async throws -> Attempt {
        try await database.write { db in
            // No step of this person's partition may be under way: it would write down again what is deleted here.
            _ = try db.integer("SELECT epoch FROM cursors WHERE partition = \(subject.partition)\(raw: db.forUpdate)")
            guard try DataSubject.read(subject.person, in: db) == subject else { return .changed }
            guard try db.integer("SELECT 1 FROM people WHERE id = \(subject.person) AND state = 0") != nil else {
                return .done([])
            }
            if try erasure.isLeaving(subject, in: db), waits { return .leaving }
            let entry = JournalEntry(
                .erasure, at: now, person: PublicID(subject.publicID),
                identifiers: try HashedIdentifier.of(subject.person, in: db), evidence: actor)
            let answers: [Acceptance] = try door.accept(
                [
                    NewEvent(
                        kind: "person.erased", source: "rapport", person: subject.person, occurredAt: now,
                        properties: ["actor": .string(actor)])
                ], in: db)
            if case .refused(let problem)? = answers.first { throw problem }
            try forgetting(subject, now, db)
            let places = try erasure.erase(subject, found: found, in: db)
            try journal.appendWaiting([entry])
            return .done(places)
        }
    }
}
