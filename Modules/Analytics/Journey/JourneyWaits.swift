import RapportCore
import RapportStorage

/// From an event to the first after it that ends the wait: of one person, and of one matter where a property names it.
enum JourneyWaits {
    /// The slots of the property that names the matter, in the event that begins the wait and in the one that ends it.
    static func slots(
        _ waiting: JourneyStage.Waiting, _ catalog: Catalog, _ reading: SegmentReading, in db: Connection
    ) throws -> (from: Int, to: Int)? {
        guard let name = waiting.by else { return nil }
        let slots = try [waiting.from, waiting.to].map { text -> Int? in
            guard let choice = try EventChoice.read(text, catalog, reading, in: db), choice.kinds.count == 1 else { return nil }
            return try catalog.kind(choice.kinds[0], in: db).definition.slot(of: name)
        }
        guard let from = slots[0], let to = slots[1] else {
            throw Problem(
                "definition.invalid", "\(waiting.from) and \(waiting.to) do not both declare a property \"\(name)\"",
                at: .init(path: "waiting.by"), remedy: "Declare it in YAML (kinds:), or leave it out.")
        }
        return (from, to)
    }

    /// The lengths of the waits that began between two moments and ended before the second, and how many had not ended.
    static func read(
        _ waiting: JourneyStage.Waiting, from: Int64, to: Int64, _ catalog: Catalog, _ reading: SegmentReading, in db: Connection,
        counts: (PersonID) -> Bool
    ) throws -> (lengths: [Int64], open: Int) {
        guard let begin = try EventChoice.read(waiting.from, catalog, reading, in: db),
            let end = try EventChoice.read(waiting.to, catalog, reading, in: db), try end.hasCome(in: db)
        else {
            // Where nothing has ever ended one, nobody tells of the end: that is no wait.
            return ([], 0)
        }
        let slots = try slots(waiting, catalog, reading, in: db)
        let same: SQL =
            slots.map { " AND ends.n\(raw: String($0.to + 1)) = timeline.n\(raw: String($0.from + 1))" } ?? ""
        var lengths: [Int64] = []
        var open = 0
        try db.stream(
            """
            SELECT timeline.person, timeline.occurred_at, (SELECT MIN(ends.occurred_at) FROM timeline ends
                WHERE ends.person = timeline.person AND \(end.rows("ends", from: "timeline.occurred_at", to: "\(to)"))\(same))
            FROM timeline WHERE \(begin.rows("timeline", from: "\(from)", to: "\(to)"))
            """
        ) { row in
            guard counts(row.integer(0)) else { return }
            if let ended = row.integerOrNil(2) { lengths.append(ended - row.integer(1)) } else { open += 1 }
        }
        return (lengths, open)
    }
}
