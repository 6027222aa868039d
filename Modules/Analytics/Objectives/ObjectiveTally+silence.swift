import RapportCore
import RapportStorage

extension ObjectiveTally {
    /// Whether what a metric is made of has stopped coming. Of a rate both what is counted and what it is counted to, each by itself.
    ///
    /// - Parameter end: the day after the last whole one.
    func silence(_ metric: ObjectiveMetric, before end: Int) throws -> ObjectiveSilence? {
        let groups: [[SQL]] =
            switch metric {
            case .figure(let text), .mean(let text): [[try source(text)]]
            case .rate(let of, let to, _): [try to.map(source), try of.map(source)]
            case .revenue: [try orders()]
            case .size: []
            }
        return try groups.compactMap { try silence(of: $0, before: end) }.min { $0.lastDay < $1.lastDay }
    }

    /// Days are looked at one by one from the last back: where something has come lately, there is no more to read.
    private func silence(of sources: [SQL], before end: Int) throws -> ObjectiveSilence? {
        var days: [Int] = []
        for day in stride(from: end - 1, through: end - ObjectiveSilence.memory, by: -1) {
            let (from, to) = (zone.start(ofDay: Int64(day)), zone.start(ofDay: Int64(day + 1)))
            let came = try sources.contains { source in
                try db.integer(
                    "SELECT 1 \(source) AND timeline.occurred_at >= \(from) AND timeline.occurred_at < \(to) LIMIT 1") != nil
            }
            guard came else { continue }
            if days.isEmpty, end - day <= ObjectiveSilence.patience { return nil }
            days.append(day)
        }
        return ObjectiveSilence(days: days.reversed(), end: end)
    }

    private func orders() throws -> [SQL] {
        guard let kind = try catalog.existingKind("order.placed", in: db) else { return [] }
        return ["FROM timeline\(join) WHERE timeline.kind = \(kind.id)"]
    }

    private func source(_ text: String) throws -> SQL {
        let figure = try figures.figure(text, db)
        let filter: SQL = figure.events?.filter.map { " AND \($0.sql(of: "timeline."))" } ?? ""
        let filled: SQL =
            switch figure.measure {
            case .sum(let slot), .mean(let slot): " AND timeline.n\(raw: String(slot + 1)) IS NOT NULL"
            case .count, .people, .members: ""
            }
        return "FROM timeline\(join) WHERE timeline.kind = \(figure.events?.kind ?? -1)\(filter)\(filled)"
    }
}
