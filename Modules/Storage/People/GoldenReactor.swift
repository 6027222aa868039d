import RapportCore

/// Chooses golden values anew when a field's survivorship, type or place in search has changed: from provenance, partition by
/// partition, in slices in the steps beside running traffic. It goes on where it stood after a crash, and begins anew when another
/// rule changes meanwhile. Whoever gets an event before their turn comes gets the new rule with it.
public struct GoldenReactor: Reactor {
    static let owner = "golden"
    /// How long one step goes on with a partition.
    private static let budget = Duration.milliseconds(25)

    public var name: String { Self.owner }

    private let slice: Int
    private let changed: @Sendable (GoldenChanges, StepContext) throws -> Void
    private let progress: @Sendable (_ left: Int64) -> Void

    /// - Parameters:
    ///   - slice: people looked at together.
    ///   - changed: given those whose values have become others, in their step: for whoever goes by values.
    ///   - progress: called once a partition is done, with how many are left.
    public init(
        slice: Int = 200,
        changed: @escaping @Sendable (GoldenChanges, StepContext) throws -> Void = { _, _ in },
        progress: @escaping @Sendable (_ left: Int64) -> Void = { _ in }
    ) {
        self.slice = slice
        self.changed = changed
        self.progress = progress
    }

    public func react(to events: [Event], in step: StepContext) throws {}

    /// Has every partition choose anew.
    ///
    /// - Parameter words: whether the words that search finds people by have changed too.
    static func begin(words: Bool, at moment: Timestamp, in db: Connection) throws {
        for partition in 0..<Int64(Partition.count) {
            try db.run(
                """
                INSERT INTO golden_fills (partition, upto, words) VALUES (\(partition), 0, \(words))
                ON CONFLICT (partition) DO UPDATE SET upto = 0,
                    words = CASE WHEN excluded.words > golden_fills.words THEN excluded.words ELSE golden_fills.words END
                """)
            try db.run(
                """
                INSERT INTO timers (partition, due_at, person, owner, key, payload)
                VALUES (\(partition), \(moment), 0, \(owner), \("\(partition)"), '')
                ON CONFLICT (person, owner, key) DO UPDATE SET due_at = excluded.due_at
                """)
        }
    }

    /// Whether it has changed what search looks at, and not everybody's words have followed.
    static func isRewritingWords(in db: Connection) throws -> Bool {
        try db.integer("SELECT MAX(words) FROM golden_fills") == 1
    }

    /// How many partitions are still at it.
    public static func partitionsLeft(in db: Connection) throws -> Int64 {
        try db.integer("SELECT COUNT(*) FROM golden_fills") ?? 0
    }

    public func wake(_ timers: [Timer], in step: StepContext) throws {
        guard let timer = timers.first else { return }
        let start = ContinuousClock.now
        let works = step.hasSpareTime
        var isDone = false
        while !isDone, step.hasSpareTime, ContinuousClock.now - start < Self.budget { isDone = try fill(step) }
        if !isDone { step.set(Timer(dueAt: step.later(hasWorked: works), person: 0, owner: Self.owner, key: timer.key)) }
    }

    /// - Returns: whether that was the last slice of the partition.
    private func fill(_ step: StepContext) throws -> Bool {
        let (db, partition) = (step.db, step.partition)
        let known = try db.first("SELECT upto, words FROM golden_fills WHERE partition = \(partition)") {
            (upto: $0.integer(0), words: $0.bool(1))
        }
        guard let known else { return true }
        let people = try db.all(
            """
            SELECT id FROM people WHERE partition = \(partition) AND id > \(known.upto) AND state = 0
            ORDER BY partition, id LIMIT \(slice)
            """
        ) { $0.integer(0) }
        let changes = try FieldsFold.chooseAnew(people, words: known.words, in: step)
        if !changes.people.isEmpty { try changed(changes, step) }
        guard people.count == slice, let last = people.last else {
            try db.run("DELETE FROM golden_fills WHERE partition = \(partition)")
            let left = try Self.partitionsLeft(in: db)
            db.afterCommit { [progress] in progress(left) }
            return true
        }
        try db.run("UPDATE golden_fills SET upto = \(last) WHERE partition = \(partition)")
        return false
    }
}
