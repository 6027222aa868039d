import RapportCore
import RapportStorage

extension MonthReader {
    /// What was not said, and why, of campaigns that began in the month: acts keep the counts.
    func readUnsaid(_ report: inout MonthlyReport, in db: Connection) throws {
        var counts: [String: Int] = [:]
        try db.each(
            """
            SELECT act_counts.outcome, SUM(act_counts.count) FROM acts
            JOIN act_counts ON act_counts.act = acts.id
            WHERE acts.kind = 'campaign' AND acts.made_at >= \(ranges[0].lowerBound) AND acts.made_at < \(ranges[0].upperBound)
            GROUP BY act_counts.outcome ORDER BY act_counts.outcome
            """
        ) { counts[$0.text(0)] = Int($0.integer(1)) }
        func reasons(_ prefix: String) -> [(reason: String, count: Int)] {
            counts.filter { $0.key.hasPrefix(prefix) && $0.value > 0 }.map { (String($0.key.dropFirst(prefix.count)), $0.value) }
                .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        }
        report.asked = counts["asked"] ?? 0
        report.inDoubt = counts["in_doubt"] ?? 0
        report.unsaid = reasons("dropped:")
        report.putOff = reasons("deferred:")
    }

    /// Segments that people entered or left, otherwise than by a new definition.
    func readMoves(_ report: inout MonthlyReport, limit: Int, in db: Connection) throws {
        let kinds = try catalog.existingKinds(["segment.entered", "segment.left"], in: db)
        guard let entered = kinds["segment.entered"]?.id else { return }
        let definition = try catalog.existingSymbol("definition", in: db) ?? -1
        var moves: [Int64: (entered: Int, left: Int)] = [:]
        try db.each(
            """
            SELECT timeline.n1, timeline.kind, COUNT(*) FROM timeline
            JOIN people ON people.id = timeline.person AND people.state = 0
            WHERE timeline.kind IN \(list: kinds.values.map(\.id).sorted()) AND timeline.n1 IS NOT NULL
                AND COALESCE(timeline.n2, 0) <> \(definition)
                AND timeline.occurred_at >= \(ranges[0].lowerBound) AND timeline.occurred_at < \(ranges[0].upperBound)
            GROUP BY timeline.n1, timeline.kind ORDER BY timeline.n1, timeline.kind
            """
        ) { row in
            if row.integer(1) == entered {
                moves[row.integer(0), default: (0, 0)].entered += row.int(2)
            } else {
                moves[row.integer(0), default: (0, 0)].left += row.int(2)
            }
        }
        let members = Dictionary(
            try db.all(
                """
                SELECT segments.name, SUM(segment_counts.members) FROM segments
                JOIN segment_counts ON segment_counts.segment = segments.id
                WHERE segments.state <> 'retired' GROUP BY segments.name ORDER BY segments.name
                """
            ) { (Text.folded($0.text(0)), ($0.text(0), Int($0.integer(1)))) }
        ) { first, _ in first }
        report.moves = try moves.compactMap { symbol, move -> MonthlyReport.Move? in
            // One that is gone by now is no news.
            guard let known = members[try catalog.symbol(symbol, in: db)] else { return nil }
            return MonthlyReport.Move(segment: known.0, entered: move.entered, left: move.left, members: known.1)
        }.sorted {
            (abs($1.entered - $1.left), $1.entered + $1.left, $0.segment)
                < (abs($0.entered - $0.left), $0.entered + $0.left, $1.segment)
        }.prefix(limit).map { $0 }
    }

    /// Campaigns after whose last message both the look-back and the time to give things back ended within the month.
    func readFinished(_ report: inout MonthlyReport, limit: Int, in db: Connection) throws {
        guard let sent = try catalog.existingKind("message.sent", in: db) else { return }
        let rules = try FigureRules.current(in: db)
        var ends: [Int64: Timestamp] = [:]
        try db.each(
            """
            SELECT timeline.n1, COALESCE(timeline.n2, 0), MAX(timeline.occurred_at) FROM timeline
            JOIN people ON people.id = timeline.person AND people.state = 0
            WHERE timeline.kind = \(sent.id) AND timeline.n1 IS NOT NULL AND timeline.occurred_at < \(ranges[0].upperBound)
            GROUP BY timeline.n1, COALESCE(timeline.n2, 0) ORDER BY timeline.n1, COALESCE(timeline.n2, 0)
            """
        ) { row in
            let channel = row.integer(1) == 0 ? nil : try catalog.symbol(row.integer(1), in: db)
            let end = row.timestamp(2) + rules.lookBack(of: channel) + rules.returnWindow
            ends[row.integer(0)] = max(ends[row.integer(0)] ?? end, end)
        }
        let final = ends.filter { ranges[0].contains($0.value) }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        let names = Dictionary(
            try db.all("SELECT name, hold_out FROM acts WHERE kind = 'campaign' ORDER BY id") {
                (Text.folded($0.text(0)), (name: $0.text(0), holdOut: $0.integer(1)))
            }
        ) { $1 }
        for (symbol, _) in final.suffix(limit) {
            let folded = try catalog.symbol(symbol, in: db)
            let figures = try CampaignFigures.read(
                names[folded]?.name ?? folded, catalog, in: report.currency, zone: zone, asOf: asOf, db)
            var trial: CampaignTrial?
            if let act = names[folded], act.holdOut > 0 {
                do {
                    trial = try CampaignTrial.read(act.name, catalog, in: report.currency, zone: zone, asOf: asOf, db)
                } catch let problem as Problem where problem.code == "campaign.no_hold_out" {
                    trial = nil
                }
            }
            report.finished.append(MonthlyReport.Finished(figures: figures, trial: trial))
        }
    }
}
