public import RapportCore
public import RapportStorage

/// What a guard of the house's own did, and, where policy lets chance leave it out for a few, what that changed.
public struct GuardCost: Sendable {
    public let reason: Reason
    /// Messages that it put off at first, and that it dropped.
    public let deferred: Int64
    public let dropped: Int64
    /// How many of ten thousand it is not asked of; `nil`: of everybody it is.
    public let share: Int?
    /// Those of whom it is not asked against those of whom it is: whether people left or complained, and orders a person.
    public let experiments: [Experiment]

    static let asked = "guard asked"
    static let notAsked = "guard left out"

    /// - Parameter since: outcomes from this moment on, and not from before the trial was stated.
    public static func read(_ catalog: Catalog, since: Timestamp, until: Timestamp, _ db: Connection)
        throws -> [GuardCost]
    {
        var counts: [String: Int64] = [:]
        try db.each("SELECT outcome, SUM(count) FROM act_counts GROUP BY outcome ORDER BY outcome") {
            counts[$0.text(0)] = $0.integer(1)
        }
        let trials = try trials(in: db)
        return try Reason.allCases.filter { $0 >= .complaintOpen && $0 != .heldOut }.compactMap {
            reason in
            let deferred = counts["deferred:\(reason.code)"] ?? 0
            let dropped = counts["dropped:\(reason.code)"] ?? 0
            let trial = trials[reason]
            guard deferred > 0 || dropped > 0 || trial != nil else { return nil }
            let experiments = try trial.map { trial in
                try compare(
                    DecisionPolicy.Trial(reason: reason, share: trial.share), catalog,
                    since: max(since, trial.at), until: until, db)
            }
            return GuardCost(
                reason: reason, deferred: deferred, dropped: dropped, share: trial?.share,
                experiments: experiments ?? [])
        }
    }

    /// What policy states, and since when.
    private static func trials(in db: Connection) throws -> [Reason: (share: Int, at: Timestamp)] {
        var out: [Reason: (share: Int, at: Timestamp)] = [:]
        for definition in try DefinitionStore(handlers: []).current("guards", in: db) {
            for member in definition.body["trials"]?.object ?? [] {
                guard let reason = Reason(code: member.name),
                    let share = HoldOut.share(member.value.string ?? member.value.text)
                else { continue }
                out[reason] = (share, definition.appliedAt)
            }
        }
        return out
    }

    private static func compare(
        _ trial: DecisionPolicy.Trial, _ catalog: Catalog, since: Timestamp, until: Timestamp,
        _ db: Connection
    ) throws -> [Experiment] {
        func people(_ kinds: Set<String>) throws -> [PersonID: Int64] {
            let numbers = try catalog.existingKinds(kinds, in: db).values.map(\.id).sorted()
            let rows = try db.all(
                """
                SELECT person, COUNT(*) FROM timeline
                WHERE kind IN \(list: numbers) AND occurred_at > \(since) AND occurred_at <= \(until) GROUP BY person
                """
            ) { ($0.integer(0), $0.integer(1)) }
            return Dictionary(rows) { first, _ in first }
        }
        let everybody = try db.all(
            "SELECT id FROM people WHERE state = 0 AND anonymous = 0 ORDER BY id"
        ) { $0.integer(0) }
        let arms = everybody.map { trial.exempts($0) ? notAsked : asked }
        guard Set(arms).count == 2 else { return [] }
        let (lost, orders, heard) = (
            try people(["permission.withdrawn", "objection.made", "message.complained"]),
            try people(["order.placed"]),
            try people(["message.sent"])
        )
        let arm = DataColumn(name: trial.reason.code, rows: arms)
        func outcome(_ name: String, _ value: (PersonID) -> String) throws -> Experiment {
            try Experiment(
                treatment: arm, outcome: DataColumn(name: name, rows: everybody.map(value)), control: asked,
                isOwn: true, path: trial.reason.code)
        }
        return [
            try outcome("left or complained") { lost[$0] == nil ? "no" : "yes" },
            try outcome("messages a person") { "\(heard[$0] ?? 0).0" },
            try outcome("orders a person") { "\(orders[$0] ?? 0).0" },
        ]
    }
}
