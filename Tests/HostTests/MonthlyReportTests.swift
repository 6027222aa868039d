import Foundation
import RapportAnalytics
import RapportCore
import RapportEngagement
import RapportHost
import RapportPluginKit
import RapportRegistered
import RapportStorage
import RapportTestKit
import Testing

/// A house with a clock that is moved by hand, and reports.
private struct ReportHouse {
    let rapport: Rapport
    let clock: VirtualClock
    let folder: String
    let channel = RecordingChannel()

    /// A process of its own over the same database.
    func mailer() -> ReportMailer {
        ReportMailer(
            database: rapport.database,
            channels: SendingChannels([
                SendingChannel(name: "mail", channel: channel, capabilities: RecordingChannel.manifest.capabilities)
            ]),
            brands: [BrandIdentity(name: "house", title: "The House", from: "house@example.org", postalAddress: "1 High Street")],
            clock: clock)
    }

    func apply(_ reports: [String: JSONValue]) async throws {
        let (store, now) = (rapport.definitions, clock.now)
        _ = try await rapport.database.write { db in
            try store.apply(
                reports.map { DefinitionDraft(kind: "report", name: $0.key, body: $0.value) }, actor: "test", now: now, in: db)
        }
    }

    func at(_ text: String) { clock.set(Timestamp(rfc3339: text) ?? clock.now) }

    func happen(_ events: [NewEvent]) async throws {
        let door = rapport.door
        for start in stride(from: 0, to: events.count, by: 1_000) {
            let part = Array(events[start..<min(start + 1_000, events.count)])
            _ = try await rapport.database.write { db in try door.accept(part, in: db) as [Acceptance] }
        }
        try await rapport.stepping {}
    }

    static func with(_ kind: DatabaseKind, start: String, _ body: (ReportHouse) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "report-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let clock = VirtualClock(Timestamp(rfc3339: start) ?? .distantPast)
        try await TemporaryDatabase.withURL(kind, migrations: []) { url in
            let yaml = """
                database: \(url)
                journal: wishes.jsonl
                house: {name: The House, time_zone: Europe/Berlin}
                brands: {house: {title: The House, from: house@example.org, postal_address: 1 High Street}}
                channels: {mail: {plugin: channel.outbox, folder: mail, format: eml}}
                """
            let configuration = try Configuration(YAMLNode(parsing: yaml), file: nil, folder: folder, environment: [:])
            let rapport = try await Host.bootstrap(configuration, plugins: RegisteredPlugins.all, clock: clock, migrating: true)
            do {
                try await body(ReportHouse(rapport: rapport, clock: clock, folder: folder))
                try await rapport.close()
            } catch {
                try? await rapport.close()
                throw error
            }
        }
    }
}

@Suite("Monthly report")
struct MonthlyReportTests {
    private static let monthly: JSONValue = [
        "to": ["ana@house.example", "ben@house.example"], "channel": "mail", "on": "31st", "at": "07:00",
    ]

    private static func states(_ mails: [ReportMail]) -> [String] {
        mails.map { "\($0.month.text) \($0.recipient) \($0.state.name)" }
    }

    @Test(
        "each colleague gets each month once, whoever sends: two workers at once, again, after months without a worker, and never from a locked database",
        arguments: DatabaseKind.available)
    func once(kind: DatabaseKind) async throws {
        try await ReportHouse.with(kind, start: "2026-09-10T10:00:00Z") { house in
            let (rapport, channel) = (house.rapport, house.channel)
            try await house.apply(["monthly": Self.monthly])
            let (one, two) = (house.mailer(), house.mailer())
            // What fell due before anybody was named is not theirs.
            #expect(try await rapport.sendDueReports(one).isEmpty)
            house.at("2026-09-30T04:59:59Z")
            #expect(try await rapport.sendDueReports(one).isEmpty)
            house.at("2026-09-30T05:00:00Z")
            async let first = rapport.sendDueReports(one)
            async let second = rapport.sendDueReports(two)
            _ = try await (first, second)
            #expect(channel.taken.map(\.to).sorted() == ["ana@house.example", "ben@house.example"])
            #expect(Set(channel.taken.map(\.id)).count == 2)
            #expect(
                channel.taken.allSatisfy {
                    $0.metadata["month"] == "2026-08" && $0.topicClass == "service" && $0.unsubscribeURL == nil
                })
            for _ in 0..<3 { #expect(try await rapport.sendDueReports(one).isEmpty) }
            // Nobody worked until the middle of January: the last that fell due comes, once.
            house.at("2027-01-15T09:00:00Z")
            #expect(
                Self.states(try await rapport.sendDueReports(two)) == [
                    "2026-11 ana@house.example sent", "2026-11 ben@house.example sent",
                ])
            #expect(try await rapport.sendDueReports(one).isEmpty)
            // Cleo is named after it fell due.
            house.at("2027-01-20T09:00:00Z")
            try await house.apply([
                "monthly": ["to": ["ana@house.example", "cleo@house.example"], "channel": "mail", "on": 31, "at": "07:00"]
            ])
            #expect(try await rapport.sendDueReports(one).isEmpty)
            // February ends on the 28th, and the database has been restored meanwhile.
            try await rapport.database.write { try DatabaseLock.lock($0, because: "restored from a backup") }
            house.at("2027-02-28T12:00:00Z")
            #expect(try await rapport.sendDueReports(one).isEmpty)
            let february = try #require(CalendarMonth(text: "2027-01"))
            let problem = await #expect(throws: Problem.self) {
                try await one.check(.init(report: "monthly", month: february, recipients: ["ana@house.example"], channel: "mail"))
            }
            #expect(problem?.code == "report.locked" && channel.taken.count == 4)
            try await rapport.database.write {
                try DatabaseLock.unlock($0, named: DatabaseLock.machine, machine: DatabaseLock.machine)
            }
            #expect(
                Self.states(try await rapport.sendDueReports(one)) == [
                    "2027-01 ana@house.example sent", "2027-01 cleo@house.example sent",
                ])
            // It makes no person, and asks nobody's permission.
            for table in ["people", "messages", "permissions", "acts", "receipts"] {
                #expect(
                    try await rapport.database.read { db in try db.integer("SELECT COUNT(*) FROM \(raw: table)") } == 0,
                    "\(table)")
            }
            let statuses = try await rapport.reportStatuses()
            let status = try #require(statuses.first)
            #expect(status.next.rfc3339 == "2027-03-31T05:00:00.000Z" && status.mails.first?.month.text == "2027-01")
        }
    }

    @Test(
        "what is put off comes later under the same id, what was in hand when a process died is in doubt and never repeated",
        arguments: DatabaseKind.available)
    func doubt(kind: DatabaseKind) async throws {
        try await ReportHouse.with(kind, start: "2026-10-01T03:00:00Z") { house in
            let (rapport, channel, mailer) = (house.rapport, house.channel, house.mailer())
            try await house.apply(["monthly": ["to": ["ana@house.example"], "channel": "mail"]])
            house.at("2026-11-01T06:00:00Z")
            channel.behave(.answer { _ in .deferred(until: nil, reason: "busy") })
            #expect(Self.states(try await rapport.sendDueReports(mailer)) == ["2026-10 ana@house.example queued"])
            #expect(try await rapport.sendDueReports(mailer).isEmpty, "not at once")
            channel.behave(.accept)
            house.at("2026-11-01T06:20:00Z")
            #expect(Self.states(try await rapport.sendDueReports(mailer)) == ["2026-10 ana@house.example sent"])
            #expect(Set(channel.taken.map(\.id)).count == 1 && channel.taken.count == 2)
            // Somebody asks for it again, and the process dies with it in hand.
            let october = try #require(CalendarMonth(text: "2026-10"))
            var order = ReportMailer.Order(report: "monthly", month: october, recipients: ["ana@house.example"], channel: "mail")
            let letter = try await rapport.mail(october)
            _ = try await mailer.send(order, letter)
            #expect(channel.taken.count == 2, "she has it")
            order.isAgain = true
            _ = try await mailer.send(order, letter)
            #expect(channel.taken.count == 3 && Set(channel.taken.map(\.id)).count == 2)
            try await rapport.database.write { db in _ = try db.run("UPDATE report_mails SET state = 3") }
            house.at("2026-11-01T09:00:00Z")
            #expect(try await rapport.sendDueReports(mailer).isEmpty && channel.taken.count == 3)
            order.isAgain = false
            #expect(Self.states(try await mailer.send(order, letter)) == ["2026-10 ana@house.example in_doubt"])
            #expect(channel.taken.count == 3)
            // A channel that is not there, and addresses that are none, are said before anything is written.
            for (recipient, channel, code) in [
                ("ana@house.example", "male", "report.channel"), ("ana", "mail", "report.recipient"),
            ] {
                let problem = await #expect(throws: Problem.self) {
                    try await mailer.send(.init(report: "x", month: october, recipients: [recipient], channel: channel), letter)
                }
                #expect(problem?.code == code)
            }
            await #expect(throws: Problem.self) {
                try await house.apply(["board": ["to": ["eva@house.example"], "channel": "male"]])
            }
            #expect(try await rapport.database.read { db in try db.integer("SELECT COUNT(*) FROM report_mails") } == 1)
        }
    }

    @Test("a channel that carries little gets the first sentences, whole")
    func brief() async throws {
        try await ReportHouse.with(.sqlite, start: "2026-11-02T06:00:00Z") { house in
            let mailer = ReportMailer(
                database: house.rapport.database,
                channels: SendingChannels([
                    SendingChannel(
                        name: "sms", channel: house.channel, capabilities: Capabilities(addresses: "phone", maximumText: 160))
                ]), brands: [BrandIdentity(name: "house", title: "The House", from: "house", postalAddress: "1 High Street")],
                clock: house.clock)
            let october = try #require(CalendarMonth(text: "2026-10"))
            let letter = try await house.rapport.mail(october)
            _ = try await mailer.send(.init(report: "x", month: october, recipients: ["+441632960000"], channel: "sms"), letter)
            let sent = try #require(house.channel.taken.first)
            #expect(
                sent.text.count <= 160 && sent.text.hasPrefix("The House: October 2026 in figures.") && sent.text.hasSuffix("."))
            #expect(sent.html == nil && sent.subject.isEmpty)
        }
    }

    private static func email(_ person: Int) -> [Identifier] { [Identifier(kind: "email", value: "p\(person)@a.example")] }

    @Test(
        "every figure of three months is the one that a recount of what happened gives, also on the edges of months",
        arguments: DatabaseKind.available)
    func recount(kind: DatabaseKind) async throws {
        let berlin = TimeZoneRules("Europe/Berlin") ?? .utc
        let months = ["2026-10", "2026-09", "2025-10"].compactMap { CalendarMonth(text: $0)?.range(in: berlin) }
        var generator = SplitMix64(seed: 5)
        func below(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }
        struct Fact {
            var kind: String
            var person: Int
            var at: Timestamp
            var amount: Int64
        }
        var facts: [Fact] = []
        let kinds = [
            "message.sent", "message.sent", "message.sent", "message.bounced", "permission.withdrawn", "objection.made",
            "message.complained", "order.placed", "order.placed",
        ]
        for month in months {
            // Its first and last moments belong to it, those beside it do not.
            for at in [
                month.lowerBound, month.lowerBound - Span(milliseconds: 1), month.upperBound,
                month.upperBound - Span(milliseconds: 1),
            ] {
                for kind in Set(kinds).sorted() { facts.append(Fact(kind: kind, person: below(40), at: at, amount: 100)) }
            }
            for _ in 0..<250 {
                let length = (month.upperBound - month.lowerBound).milliseconds
                facts.append(
                    Fact(
                        kind: kinds[below(kinds.count)], person: below(40),
                        at: month.lowerBound + Span(milliseconds: Int64(generator.next() % UInt64(length))),
                        amount: Int64(100 + below(9_000))))
            }
        }
        try await ReportHouse.with(kind, start: "2026-12-20T00:00:00Z") { house in
            var events: [NewEvent] = []
            for (index, fact) in facts.enumerated() {
                var properties: JSONValue = [
                    "campaign": "c", "channel": "email", "topic": "news", "bounce": "soft", "n": .integer(Int64(index)),
                ]
                if fact.kind == "order.placed" {
                    properties = [
                        "order": .string("o\(index)"), "total": .decimal(ScaledInteger.text(fact.amount, scale: 2)),
                        "currency": "EUR",
                    ]
                }
                events.append(
                    NewEvent(
                        kind: fact.kind, source: "shop", identifiers: Self.email(fact.person), occurredAt: fact.at,
                        properties: properties, history: true))
            }
            try await house.happen(events)
            let october = try #require(CalendarMonth(text: "2026-10"))
            let report = try await house.rapport.monthlyReport(october)
            for (range, totals) in zip(months, [report.this, report.before, report.yearBefore]) {
                func of(_ kinds: Set<String>) -> [Fact] { facts.filter { kinds.contains($0.kind) && range.contains($0.at) } }
                func people(_ kinds: Set<String>) -> Int { Set(of(kinds).map(\.person)).count }
                #expect(
                    totals.sent == of(["message.sent"]).count && totals.written == people(["message.sent"]),
                    "\(totals.month.text)")
                #expect(totals.bounced == of(["message.bounced"]).count)
                #expect(totals.left == people(["permission.withdrawn", "objection.made"]))
                #expect(totals.complained == people(["message.complained"]))
                #expect(totals.orders == of(["order.placed"]).count && totals.buyers == people(["order.placed"]))
                #expect(totals.revenue == of(["order.placed"]).reduce(0) { $0 + $1.amount })
                let first = (0..<40).count { person in
                    let own = facts.filter { $0.kind == "order.placed" && $0.person == person }.map(\.at).min()
                    return own.map { range.contains($0) } ?? false
                }
                #expect(totals.firstOrders == first)
                #expect(totals.answers.messages <= totals.sent && totals.answers.responses <= totals.answers.messages)
            }
            // Their past was imported in December: in October nobody was known, which is no nought.
            let december = try await house.rapport.monthlyReport(october.adding(2))
            let everybody = Set(facts.map(\.person)).count
            #expect(december.this.known == everybody && december.this.new == everybody)
            #expect([report.this.known, report.this.new, december.before.known] == [nil, nil, nil])
            let words = try await house.rapport.letter(report).sentences
            #expect(words.contains("Nobody was known yet: the first people came on 2026-12-20."), "\(words)")
            #expect(!words.contains { $0.contains("are known") || $0.contains("are new") }, "\(words)")
            #expect(report.weeks.reduce(0) { $0 + $1.sent } == report.this.sent)
            #expect(report.weeks.reduce(0) { $0 + $1.orders } == report.this.orders)
            #expect(report.weeks.map(\.last) == [7, 14, 21, 28, 31] && report.isComplete)
            // Whoever is erased is in no figure.
            let gone = try await house.rapport.database.read { db in try People.find("p7@a.example", in: db) ?? 0 }
            _ = try await house.rapport.erase(gone, actor: "test", because: nil)
            try await house.rapport.stepping {}
            let after = try await house.rapport.monthlyReport(october)
            #expect(after.this.sent == facts.count { $0.kind == "message.sent" && $0.person != 7 && months[0].contains($0.at) })
            #expect(
                after.this.revenue
                    == facts.filter { $0.kind == "order.placed" && $0.person != 7 && months[0].contains($0.at) }.reduce(0) {
                        $0 + $1.amount
                    })
            await #expect(throws: Problem.self) { _ = try await house.rapport.monthlyReport(october.adding(12)) }
        }
    }

    @Test(
        "the mail is one that Python's email package reads: sentences as text, and HTML without anything that mail programs hide")
    func mail() async throws {
        try await ReportHouse.with(.sqlite, start: "2026-11-01T08:00:00Z") { house in
            var events: [NewEvent] = []
            for person in 0..<30 {
                for day in 0..<3 {
                    let at = (Timestamp(rfc3339: "2026-10-05T08:00:00Z") ?? .distantPast) + .days(Int64(day * 4))
                    events.append(
                        NewEvent(
                            kind: "message.sent", source: "shop", identifiers: Self.email(person), occurredAt: at,
                            properties: ["campaign": "autumn <sale>", "channel": "email", "topic": "news"], history: true))
                }
            }
            try await house.happen(events)
            try await house.apply(["monthly": ["to": ["ana@house.example"], "channel": "mail"]])
            let outreach = try await house.rapport.outreach(house.rapport.makeChannels())
            let october = try #require(CalendarMonth(text: "2026-10"))
            let order = ReportMailer.Order(report: "monthly", month: october, recipients: ["ana@house.example"], channel: "mail")
            let mails = try await outreach.reports.send(order, house.rapport.mail(october))
            #expect(mails.map(\.state) == [.sent])
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(house.folder)/mail")
            let file = try #require(files.first)
            let data = try #require(FileManager.default.contents(atPath: "\(house.folder)/mail/\(file)"))
            let bytes = [UInt8](data)
            let script = """
                import sys, email, email.policy
                mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
                text, html = mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()
                assert not mail.defects, mail.defects
                assert mail["to"] == "ana@house.example" and mail["subject"] == "The House: October 2026 in figures", mail["subject"]
                assert mail["list-unsubscribe"] is None
                assert "90 messages went to 30 people" in text and "90 messages went to 30 people" in html
                assert "What needs attention" in text and "█" in text and max(map(len, text.splitlines())) <= 90
                for hidden in ("<svg", "<style", "<script", "http://", "https://", "<img", "var("): assert hidden not in html, hidden
                assert html.count("<table") == html.count("</table>") and html.count("<td") == html.count("</td>")
                assert 'bgcolor="#2f6fde"' in html
                print("read")
                """
            let result = try await Program.run("/usr/bin/env", ["python3", "-c", script], reading: bytes)
            #expect(result.output.contains("read"), "\(result.errors)")
        }
    }
}
