import Foundation
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

extension DemoStage {
    static let opening = CampaignPlan(
        segment: "reachable", template: "opening", topic: "news", brand: "grocer", channel: "outbox")

    /// Chapter 5: a sender dies while it sends, and another one takes over.
    func plug() async throws -> JSONValue {
        await teller.chapter(5, "plug")
        try await launch("opening", Self.opening)
        let expected = try await outreach.desk.forecast("opening").sending
        try await runner.end()
        teller.working("plug.sending")
        let act = try await nextAct()
        let first = try SenderProcess(home: home, at: clock.now, holdAfter: max(1, expected / 3))
        try await first.untilItHolds()
        first.kill()
        _ = await first.ended()
        let atKill = OutboxMail.count(in: home.outbox, act: act)
        teller.done()
        teller.say("plug.killed", ["mails": String(atKill), "pid": String(first.pid)], style: .red)
        teller.working("plug.sending")
        // Past the dead sender's leases.
        clock.set(clock.now + .minutes(1))
        let second = try SenderProcess(home: home, at: clock.now)
        let status = await second.ended()
        teller.done()
        guard status == 0 else {
            throw Problem("demo.sender", "the second sender ended with \(status)", remedy: "See \(home.path)/sender.log.")
        }
        clock.set(clock.now + .minutes(1))
        try await runner.settle()
        let report = try await outreach.desk.report("opening")
        let mails = OutboxMail.all(in: home.outbox, act: act)
        let people = Set(mails.map(\.to)).count
        teller.say(
            "plug.result",
            [
                "decided": String(report.decided), "sent": String(report.sent), "doubt": String(report.inDoubt),
                "waiting": String(report.waiting),
            ], style: .green)
        teller.say("plug.counted", ["mails": String(mails.count), "people": String(people)])
        if let complaint = try files.planted().first(where: { $0.reason == "complaint" }) {
            teller.output.line("   · \(try await why(complaint.email).sentence)")
        }
        return [
            "decided": .integer(report.decided), "sent": .integer(report.sent), "in_doubt": .integer(report.inDoubt),
            "waiting": .integer(report.waiting), "dropped_at_gate": .integer(report.droppedAtGate),
            "killed_at": .integer(Int64(atKill)), "mails": .integer(Int64(mails.count)), "people": .integer(Int64(people)),
        ]
    }

    /// The number that the next campaign's run will have.
    private func nextAct() async throws -> Int64 {
        try await database.read { db in (try db.integer("SELECT MAX(id) FROM acts") ?? 0) + 1 }
    }

    /// Chapter 7: commands to go on with.
    func yourTurn() async throws -> JSONValue {
        await teller.chapter(7, "turn")
        _ = try await outreach.desk.draft("next", Self.bread, actor: "demo:ana")
        let act = try await outreach.desk.report("opening").campaign.act
        guard let mail = OutboxMail.all(in: home.outbox, act: act).first else { return [] }
        let program = CommandLine.arguments[0]
        func command(_ words: String) -> String { "\(program) \(words) --config \(home.config)" }
        let why = try files.planted().first { $0.reason == "cap" }?.email ?? mail.to
        let turns = [
            ("turn.opt_out", "\(mail.unsubscribeURL)\n     \(command("why \(mail.to)"))"),
            (
                "turn.cap",
                "sed -i 's/per: all, limit: 2/per: all, limit: 1/' \(home.definitions)/policy.yaml\n     "
                    + "\(command("apply \(home.definitions)"))\n     \(command("campaigns forecast next"))"
            ),
            ("turn.why", command("why \(why)")),
            ("turn.lift", command("lift --campaign type-a-13 --observed")),
        ]
        for (key, text) in turns {
            teller.say(key)
            teller.output.line(teller.output.styled("     \(text)", .dim))
        }
        return .array(turns.map { .string($0.1.replacing("\n     ", with: "\n")) })
    }
}
