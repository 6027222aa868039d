public import RapportCore
public import RapportStorage

/// The verdicts that were told, so that a change is told once.
public enum ObjectiveStore {
    /// A verdict since when.
    public struct Told: Sendable, Hashable {
        public var objective: String
        public var verdict: ObjectiveVerdict
        public var at: Timestamp
        /// The last day of its data, in days since 1970, where that has stopped.
        public var lastDay: Int?
    }

    /// What has changed since it was told last.
    public struct Change: Sendable, Hashable {
        public var standing: ObjectiveStanding
        /// `nil`: nothing has been told yet.
        public var before: ObjectiveVerdict?
    }

    /// The verdicts that were told, each from when it held on, the first first.
    public static func told(_ objective: String? = nil, in db: Connection) throws -> [Told] {
        try db.all(
            """
            SELECT objective, at, verdict, last_day FROM objective_verdicts WHERE \(objective.map { "objective = \($0)" as SQL } ?? "1 = 1")
            ORDER BY objective, at
            """
        ) { row in
            ObjectiveVerdict(rawValue: row.text(2)).map {
                Told(objective: row.text(0), verdict: $0, at: row.timestamp(1), lastDay: row.integerOrNil(3).map { Int($0) })
            }
        }
        .compactMap { $0 }
    }

    /// The last verdict on each objective.
    public static func last(in db: Connection) throws -> [String: Told] {
        Dictionary(try told(in: db).map { ($0.objective, $0) }) { $1 }
    }

    /// Writes down what has changed.
    ///
    /// - Returns: what has changed. Of an objective that was never looked at, only what is more than being under way.
    public static func note(_ standings: [ObjectiveStanding], at now: Timestamp, in db: Connection) throws -> [Change] {
        let last = try last(in: db)
        var changes: [Change] = []
        for standing in standings {
            let (name, before) = (standing.objective.name, last[standing.objective.name]?.verdict)
            guard before != standing.verdict else { continue }
            try db.run(
                """
                INSERT INTO objective_verdicts (objective, at, verdict, last_day)
                VALUES (\(name), \(now), \(standing.verdict.rawValue), \(standing.readings.silence.map { Int64($0.lastDay) }))
                ON CONFLICT (objective, at) DO UPDATE SET verdict = excluded.verdict, last_day = excluded.last_day
                """)
            if before != nil || (standing.verdict != .early && standing.verdict != .onTrack) {
                changes.append(Change(standing: standing, before: before))
            }
        }
        return changes
    }

    static func forget(_ objective: String, in db: Connection) throws {
        try db.run("DELETE FROM objective_verdicts WHERE objective = \(objective)")
    }
}
