public import RapportCore
public import RapportStorage

/// Decides on proposals for many people at once and keeps the receipts, in the caller's transaction.
public struct DecisionDesk: Sendable {
    /// An answer with the address of the channel that it names.
    public struct Answer: Sendable {
        public var person: PersonID
        public var decision: Decision
        public var address: Identifier?
    }

    /// What to keep of decisions.
    public enum Keeping: Sendable {
        /// Receipts of sends and waits; drops in their own table.
        case proposals
        /// What changes a message's fate at the gate: waits and drops are added to its receipt, a pass adds nothing.
        case gate
        /// Nothing: a forecast.
        case nothing

        var isGate: Bool { if case .gate = self { true } else { false } }
    }

    let book: PolicyBook
    let loader: DecisionInputLoader
    public let store: DecisionStore

    public init(book: PolicyBook, store: DecisionStore = DecisionStore()) {
        self.book = book
        self.store = store
        loader = DecisionInputLoader(book: book)
    }

    /// - Parameters:
    ///   - people: each once; survivors, not aliases.
    ///   - addresses: at the gate, the hash of the address that each message goes to.
    ///   - receiptOwners: at the gate, whom each message was made for, where a merge has made that another person.
    /// - Returns: answers in the order of `people`.
    public func decide(
        _ people: [PersonID], for act: DecidingAct, keeping: Keeping, wall: Timestamp, addresses: [PersonID: Int64] = [:],
        receiptOwners: [PersonID: PersonID] = [:], in db: Connection
    ) throws -> [Answer] {
        let isForecast = if case .nothing = keeping { true } else { false }
        let isGate = keeping.isGate
        let policy = isForecast ? try book.preview(in: db) : try book.current(at: wall, in: db)
        let loaded = try loader.load(
            people, for: act, policy: policy, wall: wall, addresses: addresses, atGate: isGate, writes: !isForecast, in: db)
        let homes = isGate ? [:] : try households(of: people, act: act, policy: policy, in: db)
        var reached: [Int64: PersonState.HouseholdContact] = [:]
        var answers: [Answer] = []
        var kept: [(person: PersonID, receipt: Receipt)] = []
        var drops: [(person: PersonID, receipt: Receipt)] = []
        for person in people {
            guard let one = loaded[person] else { continue }
            var input = one.input
            // Two of one household in the same batch: the first takes the place.
            if let home = homes[person], input.person.household == nil { input.person.household = reached[home] }
            let decision = Decider.decide(input)
            var address: Identifier?
            switch decision.verdict {
            case .send(let channel, let at), .wait(let at, _, let channel):
                address = one.addresses[channel]
                if let home = homes[person] { reached[home] = .init(person: person, at: at) }
            case .drop: break
            }
            answers.append(Answer(person: person, decision: decision, address: address))
            let owner = receiptOwners[person] ?? person
            switch (keeping, decision.verdict) {
            case (.nothing, _), (.gate, .send): break
            case (.proposals, .drop): drops.append((person, Receipt(input, decision)))
            default: kept.append((owner, Receipt(input, decision)))
            }
        }
        try store.keep(kept, act: act.id, in: db)
        try store.keepDrops(drops, act: act.id, in: db)
        return answers
    }

    private func households(of people: [PersonID], act: DecidingAct, policy: PolicyBook.Policy, in db: Connection) throws
        -> [PersonID: Int64]
    {
        guard act.topicClass == .marketing, policy.decision.onePerHousehold else { return [:] }
        let rows = try db.all("SELECT id, household FROM people WHERE id IN \(list: people) AND household IS NOT NULL") {
            ($0.integer(0), $0.integer(1))
        }
        return Dictionary(rows) { first, _ in first }
    }
}
