import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

extension DemoStage {
    static let bread = CampaignPlan(
        segment: "overdue", template: "bread", topic: "offers", brand: "grocer", channel: "outbox")

    /// Chapter 2: how many there are, and what others would do.
    func usualWay() async throws -> JSONValue {
        await teller.chapter(2, "usual")
        let began = ContinuousClock.now
        teller.working("usual.filling")
        try await apply("segments.yaml")
        try await runner.settle()
        teller.done()
        let members = try await segments()["overdue"] ?? 0
        teller.say("usual.segment", ["people": String(members), "time": DemoTeller.seconds(.now - began)])
        teller.say("usual.others", ["people": String(members)], style: .yellow)
        return ["segment": "overdue", "members": .integer(members), "at": .string(clock.now.rfc3339)]
    }

    /// Chapter 3: one decision a person, and the seven who were planted.
    func monday() async throws -> JSONValue {
        await teller.chapter(3, "monday")
        teller.working("monday.deciding")
        try await launch("bread", Self.bread)
        try await runner.settle()
        teller.done()
        let report = try await outreach.desk.report("bread")
        let waiting = try await waiting(report.campaign.act)
        let dropped = report.reasons.filter { $0.key.hasPrefix("dropped:") }
            .map { (String($0.key.dropFirst("dropped:".count)), $0.value) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        teller.figure(report.sent, teller.texts("demo.monday.sent"), style: .green)
        for (reason, count) in waiting {
            teller.figure(count, teller.texts("demo.monday.deferred", ["reason": teller.texts.reason(reason)]), style: .yellow)
        }
        for (reason, count) in dropped {
            teller.figure(count, teller.texts("demo.monday.dropped", ["reason": teller.texts.reason(reason)]), style: .red)
        }
        let seven = try await planted()
        return [
            "asked": .integer(report.asked), "decided": .integer(report.decided), "sent": .integer(report.sent),
            "deferred": .object(waiting.map { .init($0, .integer($1)) }),
            "dropped": .object(dropped.map { .init($0, .integer($1)) }), "planted": seven,
        ]
    }

    private func planted() async throws -> JSONValue {
        teller.output.line()
        teller.say("monday.planted")
        var out: [JSONValue] = []
        for (reason, email) in try files.planted() {
            let (sentence, facts) = try await why(email)
            teller.output.line("   · \(sentence)")
            out.append([
                "planted": .string(reason), "email": .string(email), "sentence": .string(sentence),
                "outcome": facts["outcome"] ?? .null, "reason": facts["reason"] ?? .null,
            ])
        }
        return .array(out)
    }

    /// Messages that wait, by the reason on their receipts.
    private func waiting(_ act: Int64) async throws -> [(String, Int64)] {
        let explainer = explainer
        let reasons = try await database.read { db in
            let keys = try db.all("SELECT person FROM messages WHERE act = \(act) AND state < 2 ORDER BY person") {
                MessageKey(person: $0.integer(0), act: act)
            }
            return try keys.map { try explainer.explain(message: $0, in: db).first?.facts["reason"]?.string ?? "" }
        }
        return Dictionary(reasons.map { ($0, Int64(1)) }, uniquingKeysWith: +).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    }
}
