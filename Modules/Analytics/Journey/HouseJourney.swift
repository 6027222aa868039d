public import RapportCore
public import RapportStorage

/// Reads the journey of a house's people: not of erased ones, merged people as one, and of those who are known by a device only if
/// that is asked for.
public struct HouseJourney {
    let catalog: Catalog
    private let reading: SegmentReading
    let db: Connection
    let from: Int64
    let to: Int64
    let zone: TimeZoneRules
    let currency: String
    let asOf: Timestamp
    private(set) var tally: JourneyTally

    /// - Parameters:
    ///   - days: the first and the last day in the house's zone.
    ///   - currency: in which revenue is told.
    ///   - asOf: what happened from this moment on is left out.
    ///   - people: only these; everybody without.
    /// - Throws: `Problem` `segment.*` for events that are no more.
    public static func read(
        _ days: ClosedRange<Int>, _ catalog: Catalog, zone: TimeZoneRules, currency: String, asOf: Timestamp,
        people: Set<PersonID>? = nil,
        isAnonymousToo: Bool = false, reading: SegmentReading, in db: Connection
    ) throws -> JourneyFigures {
        let to = min(zone.start(ofDay: Int64(days.upperBound + 1)), asOf.milliseconds)
        let stages = try JourneyStage.current(in: db)
        var house = HouseJourney(
            catalog: catalog, reading: reading, db: db, from: zone.start(ofDay: Int64(days.lowerBound)), to: to, zone: zone,
            currency: currency, asOf: asOf,
            tally: JourneyTally(
                stages: stages.count,
                living: try LivingPeople(of: people.map { Array($0) }, anonymousToo: isAnonymousToo, in: db)))
        return try house.figures(stages, days)
    }

    private mutating func figures(_ stages: [JourneyStage], _ days: ClosedRange<Int>) throws -> JourneyFigures {
        var found = stages.map { stage in
            JourneyFigures.Stage(
                name: stage.name, title: stage.title, next: stage.next, events: stage.events + stage.repeated)
        }
        var choices: [[EventChoice]] = []
        for (place, stage) in stages.enumerated() {
            choices.append([])
            for (text, isRepeat) in stage.events.map({ ($0, false) }) + stage.repeated.map({ ($0, true) }) {
                if let choice = try EventChoice.read(text, isRepeat: isRepeat, catalog, reading, in: db) {
                    choices[place].append(choice)
                    if try !choice.hasCome(in: db) { found[place].unseen.append(text) }
                } else {
                    found[place].unseen.append(text)
                }
            }
        }
        for place in stages.indices { try take(place, stages, choices) }
        for (place, stage) in stages.enumerated() {
            found[place].people = tally.people(in: place)
            let lengths = tally.lengths(of: place)
            found[place].wentOn = lengths.count
            // Where nothing has ever come of what lies ahead, nobody tells of going on.
            found[place].isAheadKnown = Self.after(place, stages).contains { found[$0].unseen.count < found[$0].events.count }
            found[place].untilNext = JourneyFigures.Waits(lengths)
            found[place].satisfaction = try answers(stage.satisfaction)
            found[place].effort = try answers(stage.effort)
            if let waiting = stage.waiting {
                let tally = tally
                let waits = try JourneyWaits.read(waiting, from: from, to: to, catalog, reading, in: db) { tally.counts($0) }
                (found[place].waiting, found[place].open) = (JourneyFigures.Waits(waits.lengths), waits.open)
            }
            for text in stage.complaints {
                guard let choice = try EventChoice.read(text, catalog, reading, in: db) else { continue }
                found[place].complaints += try count(choice)
            }
        }
        let isSaid = stages.contains { $0.complaints.contains { $0.trimmingSpaces.hasPrefix(JourneyStage.complaint) } }
        let elsewhere = isSaid ? 0 : try complain(stages, choices, &found)
        let leftOut = try bring(&found)
        return JourneyFigures(days: days, stages: found, complaintsElsewhere: elsewhere, currency: currency, leftOut: leftOut)
    }

    /// The places of the stages that one comes to from a stage.
    private static func after(_ place: Int, _ stages: [JourneyStage]) -> Set<Int> {
        var out: Set<Int> = []
        var next = stages[place].next
        while let name = next, let found = stages.firstIndex(where: { $0.name == name }), out.insert(found).inserted {
            next = stages[found].next
        }
        return out
    }

    private mutating func take(_ place: Int, _ stages: [JourneyStage], _ choices: [[EventChoice]]) throws {
        let before = stages.indices.filter { Self.after($0, stages).contains(place) }
        for choice in choices[place] {
            let earlier = before.map { stage in
                (stage: stage, sharesKind: choices[stage].contains { !Set($0.kinds).isDisjoint(with: choice.kinds) })
            }
            try db.stream(
                """
                SELECT timeline.person, timeline.occurred_at FROM timeline
                WHERE \(choice.rows("timeline", from: "\(from)", to: "\(to)"))
                """
            ) { row in tally.add(row.integer(0), at: row.integer(1), stage: place, earlier: earlier) }
        }
    }

    private func count(_ choice: EventChoice) throws -> Int {
        var count = 0
        try db.stream("SELECT timeline.person FROM timeline WHERE \(choice.rows("timeline", from: "\(from)", to: "\(to)"))") {
            if tally.counts($0.integer(0)) { count += 1 }
        }
        return count
    }

    private func answers(_ score: JourneyStage.Score?) throws -> JourneyFigures.Answers? {
        guard let score, case let figure = try reading.figure(score.figure, db), case .mean(let slot) = figure.measure,
            let events = figure.events
        else { return nil }
        let unit = (0..<figure.digits).reduce(1.0) { unit, _ in unit / 10 }
        var (count, sum, good) = (0, 0.0, 0)
        let choice = EventChoice(kinds: [events.kind], filter: events.filter)
        try db.stream(
            """
            SELECT timeline.person, timeline.n\(raw: String(slot + 1)) FROM timeline
            WHERE \(choice.rows("timeline", from: "\(from)", to: "\(to)")) AND timeline.n\(raw: String(slot + 1)) IS NOT NULL
            """
        ) { row in
            guard tally.counts(row.integer(0)) else { return }
            let answer = Double(row.integer(1)) * unit
            count += 1
            sum += answer
            if answer >= score.from { good += 1 }
        }
        guard count > 0 else { return nil }
        return .init(count: count, mean: sum / Double(count), good: Double(good) / Double(count), from: score.from)
    }

    /// Counts each complaint for the stage that its person was in last before, other than getting help.
    ///
    /// - Returns: how many complaints came from people who had been in none.
    private func complain(
        _ stages: [JourneyStage], _ choices: [[EventChoice]], _ found: inout [JourneyFigures.Stage]
    ) throws -> Int {
        guard let kind = try catalog.existingKind(JourneyStage.complaint, in: db) else { return 0 }
        let places = stages.indices.filter { stages[$0].name != .help }.flatMap { place in
            choices[place].map { (place: place, choice: $0) }
        }
        let columns = places.reduce("") { (sql: SQL, one) in
            """
            \(sql), (SELECT MAX(steps.occurred_at) FROM timeline steps WHERE steps.person = timeline.person
                AND \(one.choice.rows("steps", from: "\(Timestamp.distantPast)", to: "timeline.occurred_at + 1")))
            """
        }
        var elsewhere = 0
        try db.stream(
            """
            SELECT timeline.person\(columns) FROM timeline
            WHERE timeline.kind = \(kind.id) AND timeline.occurred_at >= \(from) AND timeline.occurred_at < \(to)
            """
        ) { row in
            guard tally.counts(row.integer(0)) else { return }
            var last: (at: Int64, place: Int)?
            for (column, one) in places.enumerated() {
                guard let at = row.integerOrNil(column + 1), at >= last?.at ?? .min else { continue }
                last = (at, one.place)
            }
            if let last { found[last.place].complaints += 1 } else { elsewhere += 1 }
        }
        return elsewhere
    }
}
