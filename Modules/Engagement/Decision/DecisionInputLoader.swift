public import RapportCore
public import RapportStorage

/// Reads what decisions about many people depend on: a fixed number of statements, however many people there are.
public struct DecisionInputLoader: Sendable {
    /// The input of one decision, and the addresses that it is about.
    public struct Loaded: Sendable {
        public var input: DecisionInput
        /// By number of the channel.
        public var addresses: [ChannelID: Identifier]
    }

    let book: PolicyBook
    let zones = ZoneTables()

    public init(book: PolicyBook) { self.book = book }

    /// - Parameters:
    ///   - addresses: by person, the hash of the one address that counts: at the gate, where a message goes to what it was queued for.
    ///   - atGate: whether messages for `act` exist already: then only one that came first makes another of the household a duplicate.
    ///   - writes: whether the transaction may make numbers for names.
    public func load(
        _ people: [PersonID], for act: DecidingAct, policy: PolicyBook.Policy, wall: Timestamp,
        addresses only: [PersonID: Int64] = [:], atGate: Bool = false, writes: Bool = true, in db: Connection
    ) throws -> [PersonID: Loaded] {
        guard !people.isEmpty else { return [:] }
        let ids = Set(people).sorted()
        let numbers = try self.numbers(for: act, policy: policy, writes: writes, in: db)
        var batch = DecisionBatch(people: ids, act: act, numbers: numbers, policy: policy, wall: wall)
        try batch.readPeople(in: db)
        try batch.readFields(tokens: act.tokens, in: db)
        try batch.readAddresses(only: only, in: db)
        try batch.readLedger(in: db)
        try batch.readPreferences(in: db)
        try batch.readStandings(in: db)
        try batch.readContacts(catalog: book.catalog, in: db)
        if act.topicClass == .marketing, policy.decision.onePerHousehold {
            if writes { try batch.lockHouseholds(in: db) }
            try batch.readHouseholds(atGate: atGate, in: db)
        }
        return batch.inputs(zones: zones, number: { numbers[$0] ?? -1 })
    }

    /// Numbers of the names that an act and the policy use. In a forecast a name without a number is -1: nothing matches it.
    private func numbers(for act: DecidingAct, policy: PolicyBook.Policy, writes: Bool, in db: Connection) throws
        -> [String: Int64]
    {
        let names = Set(([act.brand, act.topic, policy.zone] + act.channels + act.tokens).map(Text.folded))
        if writes { return try book.catalog.symbols(names, in: db) }
        var out: [String: Int64] = [:]
        for name in names { out[name] = try book.catalog.existingSymbol(name, in: db) }
        return out
    }
}
