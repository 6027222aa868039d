import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

extension DemoStage {
    /// Something that somebody does in the story's week. It comes in as it would in life: a click by its signed link, the
    /// rest through the intake.
    private enum Deed {
        case click(token: String)
        case event(NewEvent)
    }

    /// Chapter 4: the clock runs, and people answer or do not.
    func week() async throws -> JSONValue {
        await teller.chapter(4, "week")
        let began = ContinuousClock.now
        let before = try await segments()
        let deeds = try await deeds()
        let intake = Intake(database: database, door: rapport.door)
        var days: [JSONValue] = []
        for day in 1...7 {
            let (from, to) = (start + .days(Int64(day) - 1), start + .days(Int64(day)))
            let name = teller.texts("demo.day.\(day)")
            for (at, deed) in deeds where at > from && at <= to {
                teller.working("week.running", ["day": name])
                try await runner.advance(clock, to: at)
                switch deed {
                case .click(let token):
                    let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
                    _ = await outreach.clicking.follow(.init(token: token, method: "GET", userAgent: browser))
                case .event(let event): _ = try await intake.accept([event])
                }
            }
            try await runner.advance(clock, to: to)
            teller.done()
            days.append(try await tell(name, from, to))
        }
        let after = try await segments()
        for name in ["overdue", "regulars", "silent"] {
            teller.say(
                "week.segment",
                ["segment": name, "before": String(before[name] ?? 0), "after": String(after[name] ?? 0)])
        }
        teller.say("week.note", ["time": DemoTeller.seconds(.now - began)], style: .dim)
        func counts(_ segments: [String: Int64]) -> JSONValue {
            .object(segments.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) })
        }
        return ["days": .array(days), "segments_before": counts(before), "segments_after": counts(after)]
    }

    /// What happened between two moments, counted on the log.
    private func tell(_ day: String, _ from: Timestamp, _ to: Timestamp) async throws -> JSONValue {
        let kinds = [
            "message.sent", "link.clicked", "message.replied", "order.placed", "complaint.closed", "message.unanswered",
            "segment.entered", "segment.left",
        ]
        let counts = try await database.read { db in
            try db.all(
                """
                SELECT kinds.name, COUNT(*) FROM events JOIN kinds ON kinds.id = events.kind
                WHERE events.received_at > \(from) AND events.received_at <= \(to) AND kinds.name IN \(list: kinds)
                GROUP BY kinds.name ORDER BY kinds.name
                """
            ) { ($0.text(0), $0.integer(1)) }
        }
        let byKind = Dictionary(counts) { first, _ in first }
        let parts = kinds.compactMap { kind in
            byKind[kind].map { teller.texts("demo.week.\(kind)", count: $0) }
        }
        teller.row([(day, 10), (parts.isEmpty ? teller.texts("demo.week.nothing") : parts.joined(separator: ", "), 1)])
        return .object([.init("day", .string(day))] + counts.map { .init($0.0, .integer($0.1)) })
    }

    /// Who of those written to clicks, replies and buys, and when: by a seeded chance. The open complaint closes on Wednesday.
    private func deeds() async throws -> [(Timestamp, Deed)] {
        var chance = SplitMix64(seed: 2_017)
        let act = try await outreach.desk.report("bread").campaign.act
        var out: [(Timestamp, Deed)] = []
        func event(_ kind: String, _ source: String, _ email: String, _ properties: JSONValue) -> Deed {
            .event(
                NewEvent(
                    kind: kind, source: source, identifiers: [Identifier(kind: "email", value: email)], properties: properties))
        }
        for mail in OutboxMail.all(in: home.outbox, act: act) {
            let draw = chance.next() % 10
            let later = Span.minutes(Int64(60 + chance.next() % 1_200))
            if draw < 3, let token = mail.clickToken { out.append((start + later, .click(token: token))) }
            if draw < 2 {
                out.append(
                    (
                        start + later + .days(1),
                        event(
                            "order.placed", "till", mail.to,
                            [
                                "order": .string("demo-\(mail.key.person)"), "total": .decimal("18.40"), "currency": "USD",
                                "items": 7,
                            ])
                    ))
            }
            if draw == 3 || draw == 4 {
                out.append((start + later, event("message.replied", "mailbox", mail.to, ["campaign": "bread"])))
            }
        }
        if let complaint = try files.planted().first(where: { $0.reason == "complaint" }) {
            out.append(
                (
                    start + .days(2) + .hours(2),
                    event(
                        "complaint.closed", "helpdesk", complaint.email, ["ticket": "T-9", "subject": "fresh milk brought home"])
                ))
        }
        return out.sorted { $0.0 < $1.0 }
    }
}
