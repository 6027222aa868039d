public import RapportCore
public import RapportStorage

/// Asks people, where we meet them anyway, whether what we know still holds; and takes their answers.
///
/// Which question it is follows from the record, its definitions and what was asked before: nothing is queued that could be out of
/// date when its moment comes.
public struct QuestionDesk: Sendable {
    let database: any Database
    let door: Door
    let clock: any WallClock

    public init(database: any Database, door: Door, clock: any WallClock) {
        self.database = database
        self.door = door
        self.clock = clock
    }

    public enum Answer: Sendable, Hashable {
        /// It still holds.
        case holds
        /// It is this now.
        case changed(String)
        /// The person did not want to say.
        case declined
    }

    /// Where and by whom somebody is met.
    public struct Contact: Sendable, Hashable {
        /// `form`, `call`, `till`, `preferences` …
        public var touchpoint: String?
        /// Names the occasion, so that asking again gives the same question; empty: not named.
        public var name: String
        public var actor: String

        public init(touchpoint: String? = nil, name: String = "", actor: String) {
            self.touchpoint = touchpoint
            self.name = name
            self.actor = actor
        }
    }

    /// The question that would be asked now, if any. Nothing is noted.
    ///
    /// - Parameter known: what this contact itself shows to be right.
    public func look(_ person: PersonID, _ contact: Contact, except known: Set<String> = [], in db: Connection) throws
        -> RefreshQuestion?
    {
        guard let owner = try People.current([person], in: db)[person],
            let record = try People.record(of: owner.person, in: db), record.state == .active
        else { return nil }
        let history = try QuestionHistory.read(owner.person, partition: owner.partition, catalog: door.catalog, in: db)
        return RefreshQuestion.choose(
            from: RefreshQuestion.subjects(of: record).filter { !known.contains($0.subject) }, history,
            touchpoint: contact.touchpoint, contact: contact.name, at: clock.now)
    }

    /// The question to ask now, if any; that it was asked is on the log when this returns.
    public func ask(_ person: PersonID, _ contact: Contact) async throws -> RefreshQuestion? {
        try check(contact)
        return try await retryingRaces {
            try await database.write { db in
                try lock(person, in: db)
                guard let question = try look(person, contact, in: db) else { return nil }
                if try !isAsked(question, person, contact, in: db) {
                    try note(.asked, question.subject, person, contact, [], in: db)
                }
                return question
            }
        }
    }

    /// Takes an answer: what holds is confirmed, what has changed is said by the source `person`.
    ///
    /// - Throws: `Problem` `question.unknown` for what nobody may ask about, `field.value` for what is no value of the field.
    public func answer(_ person: PersonID, _ subject: String, _ answer: Answer, _ contact: Contact) async throws {
        try check(contact)
        try await retryingRaces {
            try await database.write { db in try take(answer, to: subject, of: person, contact, in: db) }
        }
    }

    func take(_ answer: Answer, to subject: String, of person: PersonID, _ contact: Contact, in db: Connection) throws {
        guard let owner = try People.current([person], in: db)[person]?.person,
            let record = try People.record(of: owner, in: db), record.state == .active
        else { throw Problem("person.not_found", "there is no such person") }
        let subjects = RefreshQuestion.subjects(of: record)
        guard let question = subjects.first(where: { $0.subject == subject }) else {
            let known = subjects.map(\.subject).joined(separator: ", ")
            throw Problem(
                "question.unknown", "there is no \(subject) of \(record.title) that may be asked about",
                remedy: known.isEmpty ? nil : "There are \(known).")
        }
        let edits = try RecordEdits(owner, actor: contact.actor, at: clock.now, in: db)
        switch answer {
        case .declined: try note(.declined, subject, owner, contact, [], in: db)
        case .holds:
            try accept(try edits.confirming([subject]), in: db)
            try note(.answered, subject, owner, contact, [.init("changed", false)], in: db)
        case .changed(let value):
            let events =
                question.isIdentifier
                ? [try replacing(question, by: value, record)]
                : try edits.setting([(subject, value)], source: RecordEdits.person, isConfirmed: true)
            try accept(events, in: db)
            try note(.answered, subject, owner, contact, [.init("changed", true)], in: db)
        }
    }

    /// A new address comes beside the old one: the two together say whose it is.
    private func replacing(_ question: RefreshQuestion, by value: String, _ record: PersonRecord) throws -> NewEvent {
        let new = try Identifier.normalised(kind: question.subject, value: value)
        return NewEvent(
            kind: FieldsFold.eventKind, source: RecordEdits.person,
            identifiers: [Identifier(kind: question.subject, value: question.value), new], occurredAt: clock.now,
            properties: [
                "fields": [:], "confirmed": true, "confirms": [.string(new.kind)],
                "addresses": [.integer(AddressHash.of(new))],
            ])
    }

    func note(
        _ act: QuestionHistory.Act, _ subject: String, _ person: PersonID, _ contact: Contact, _ more: [JSONValue.Member],
        in db: Connection
    ) throws {
        var members: [JSONValue.Member] = [.init("field", .string(subject)), .init("actor", .string(contact.actor))]
        if let touchpoint = contact.touchpoint { members.append(.init("touchpoint", .string(touchpoint))) }
        if !contact.name.isEmpty { members.append(.init("contact", .string(contact.name))) }
        try accept(
            [
                NewEvent(
                    kind: act.rawValue, source: "rapport", person: person, occurredAt: clock.now,
                    properties: .object(members + more))
            ], in: db)
    }

    private func accept(_ events: [NewEvent], in db: Connection) throws {
        for case .refused(let problem) in try door.accept(events, in: db) { throw problem }
    }

    /// Whether this contact has been given the question already.
    private func isAsked(_ question: RefreshQuestion, _ person: PersonID, _ contact: Contact, in db: Connection) throws -> Bool {
        guard let owner = try People.current([person], in: db)[person] else { return false }
        let history = try QuestionHistory.read(owner.person, partition: owner.partition, catalog: door.catalog, in: db)
        return history.lastAsked.map { clock.now < $0 + RefreshQuestion.pause } ?? false
    }

    /// Two who ask at once must not both be told to.
    private func lock(_ person: PersonID, in db: Connection) throws {
        guard let owner = try People.current([person], in: db)[person] else { return }
        _ = try db.integer("SELECT epoch FROM cursors WHERE partition = \(owner.partition)\(raw: db.forUpdate)")
    }

    private func check(_ contact: Contact) throws {
        if let touchpoint = contact.touchpoint, !EventKind.isValid("at.\(touchpoint)") {
            throw Problem(
                "question.touchpoint", "\"\(touchpoint)\" names no touchpoint", remedy: "Use a word such as call, till or form.")
        }
        guard contact.name.utf8.count <= 120 else {
            throw Problem("question.contact", "the contact's name is longer than 120 bytes")
        }
    }
}
