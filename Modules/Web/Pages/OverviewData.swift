import RapportCore
import RapportEngagement
import RapportStorage

/// The loop with its numbers, as they are now.
struct OverviewData {
    let services: WebServices
    let pages: PageRenderer
    let kept: OverviewFigures

    private struct Figures: Sendable {
        var events: Int64
        var segments: [SegmentStatus]
        var stages: [LifecycleQuestions.Stage]
        var latest: [(at: Timestamp, kind: String, publicID: String?, title: String?)]
    }

    func values() async throws -> [String: Any] {
        let figures = try await services.database.read { db in try Self.read(in: db) }
        let counted = try await kept.current()
        let reports = try await services.campaigns()
        let texts = pages.texts
        let sent = reports.reduce(0) { $0 + $1.sent }
        let asked = reports.reduce(0) { $0 + $1.asked }
        let steps: [(String, Int64)] = [
            ("capture", figures.events), ("know", counted.people), ("decide", asked), ("reach", sent),
            ("learn", counted.responses),
        ]
        let reasons = decisions(reports)
        return [
            "loop": steps.map { name, number in
                ["name": texts("page.loop.\(name)"), "number": pages.number(number), "what": texts("page.loop.\(name)_what")]
            },
            "has_decisions": !reasons.isEmpty, "decisions": reasons, "has_segments": !figures.segments.isEmpty,
            "has_stages": !figures.stages.isEmpty,
            "stages": figures.stages.map { ["name": $0.stage.name, "count": pages.number($0.people)] },
            "segments": figures.segments.map { segment in
                [
                    "name": segment.name, "expression": segment.expression, "count": pages.number(segment.members),
                    "state": texts("page.segment_state.\(segment.state.rawValue)"), "tone": segment.state == .live ? "" : "warn",
                ]
            },
            "has_campaigns": !reports.isEmpty,
            "campaigns": reports.map { report in
                [
                    "name": report.campaign.name, "state": texts("page.campaign_state.\(report.campaign.state.rawValue)"),
                    "tone": report.campaign.state == .sending || report.campaign.state == .done ? "" : "plain",
                    "sent": pages.number(report.sent), "deferred": pages.number(report.waiting),
                    "dropped": pages.number(Self.dropped(report)),
                ]
            },
            "has_latest": !figures.latest.isEmpty,
            "latest": figures.latest.map { event -> [String: Any] in
                [
                    "at": event.at.rfc3339, "when": pages.when(event.at), "kind": event.kind,
                    "person": pages.optional(event.publicID),
                    "name": event.title ?? event.publicID ?? "",
                ]
            },
        ]
    }

    private static func dropped(_ report: CampaignReport) -> Int64 {
        report.reasons.filter { $0.key.hasPrefix("dropped:") }.values.reduce(0, +)
    }

    /// One bar a reason, the sent ones first; widths are shares of the largest.
    private func decisions(_ reports: [CampaignReport]) -> [[String: Any]] {
        var counts: [String: Int64] = [:]
        for report in reports {
            counts["sent", default: 0] += report.sent
            for (reason, count) in report.reasons where reason.hasPrefix("dropped:") || reason.hasPrefix("deferred:") {
                counts[reason, default: 0] += count
            }
        }
        counts = counts.filter { $0.value > 0 }
        guard let most = counts.values.max() else { return [] }
        let order = { (name: String) in name == "sent" ? 0 : name.hasPrefix("deferred:") ? 1 : 2 }
        let sorted = counts.sorted { left, right in
            let (first, second) = (order(left.key), order(right.key))
            if first != second { return first < second }
            return left.value != right.value ? left.value > right.value : left.key < right.key
        }
        return sorted.map { reason, count -> [String: Any] in
            let code = reason.split(separator: ":").last.map(String.init) ?? reason
            let key = "page.reason.\(code)"
            let words = reason == "sent" ? pages.texts("page.sent") : pages.texts.has(key) ? pages.texts(key) : code
            let name = order(reason) == 1 ? pages.texts("page.deferred_for", ["reason": words]) : words
            return [
                "name": name, "tone": ["", "hold", "no"][order(reason)], "share": max(1, count * 100 / most),
                "count": pages.number(count),
            ]
        }
    }

    private static func read(in db: Connection) throws -> Figures {
        // The latest of each partition, then the latest of all: the log has no order over partitions but time. CROSS JOIN says
        // to SQLite that partitions come first; left alone it walks over all events.
        let latest = try db.all(
            """
            SELECT events.received_at, kinds.name, people.public_id, events.person, events.partition, events.position
            FROM partitions CROSS JOIN events
            JOIN kinds ON kinds.id = events.kind
            LEFT JOIN people ON people.id = events.person
            WHERE events.partition = partitions.partition AND events.position = partitions.head
            ORDER BY events.received_at DESC, events.partition, events.position LIMIT 12
            """
        ) { (at: $0.timestamp(0), kind: $0.text(1), publicID: $0.textOrNil(2), person: $0.integer(3)) }
        let people = Set(latest.map(\.person)).subtracting([0]).sorted()
        let titles = Dictionary(try People.hits(people, in: db).map { ($0.id, $0.title) }) { first, _ in first }
        return Figures(
            events: try db.integer("SELECT SUM(head) FROM partitions") ?? 0,
            segments: try SegmentStore.all(in: db), stages: try LifecycleQuestions.stages(in: db).stages,
            latest: latest.map { ($0.at, $0.kind, $0.publicID, titles[$0.person]) })
    }
}
