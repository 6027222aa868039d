import RapportCore
import RapportEngagement
import RapportStorage
import RapportTestKit
import Testing

/// A year goes by, day by day; every number is compared with one that a plain list of what was said gives.
@Suite("A virtual year") struct VirtualYearTests {
    private static let budget: Int64 = 60

    /// What was said of one person, as the test wrote it down.
    private struct Model {
        struct Said {
            var source: String
            var value: String
            var at: Timestamp
            var isConfirmed: Bool
        }
        var said: [Said] = []
        var asked: [Timestamp] = []
        var declined: [Timestamp] = []

        /// The value said last, and since when it ages: the last confirmation of it by a source that still says it.
        var golden: (value: String, since: Timestamp, source: String)? {
            guard let last = said.last else { return nil }
            var confirmed: [Timestamp] = []
            for source in Set(said.map(\.source)) {
                let own = said.filter { $0.source == source }
                guard own.last?.value == last.value, let yes = own.last(where: \.isConfirmed), yes.value == last.value else {
                    continue
                }
                confirmed.append(yes.at)
            }
            return (last.value, confirmed.max() ?? last.at, last.source)
        }

        /// Percent, in thousandths: straight down from the budget to twice the budget.
        func confidence(at now: Timestamp) -> Int64? {
            guard let golden else { return nil }
            let (age, budget) = ((now - golden.since).milliseconds, VirtualYearTests.budget * 86_400_000)
            return age <= budget ? 1_000 : age >= 2 * budget ? 0 : 1_000 * (2 * budget - age) / budget
        }

        func mayBeAsked(at now: Timestamp) -> Bool {
            guard let golden, (now - golden.since).milliseconds > VirtualYearTests.budget * 86_400_000 else { return false }
            return asked.allSatisfy { now - $0 >= .days(30) } && declined.allSatisfy { now - $0 >= .days(100) }
        }
    }

    @Test(
        "fields go stale on their day, segments move, questions are asked once, confirmation restores",
        arguments: DatabaseKind.available)
    func year(kind: DatabaseKind) async throws {
        try await YearLab.with(kind) { lab in
            try await lab.apply([
                (
                    "field", "job",
                    ["purpose": "p", "freshness": .string("\(Self.budget)d"), "ask": ["again": "30d", "declined": "100d"]]
                ),
                ("identifier", "email", ["ask": false]), ("segment", "stale", "stale(job)"),
                ("segment", "unsure", "confidence(job) < 50 %"),
                ("segment", "old", "age(job) > 45 days and not stale(job)"),
            ])
            var generator = SplitMix64(seed: kind == .sqlite ? 7 : 8)
            func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }
            let names = (1...(kind == .sqlite ? 30 : 15)).map { "p\($0)" }
            var models = Dictionary(uniqueKeysWithValues: names.map { ($0, Model()) })
            var ids: [String: PersonID] = [:]
            var questions = 0
            for day in 0..<365 {
                lab.clock.set(YearLab.start + .days(Int64(day)) + .hours(Int64(day % 24)))
                for name in names {
                    guard models[name]?.said.isEmpty == false || chance(20) || day == 40 else { continue }
                    let isNew = models[name]?.said.isEmpty ?? true
                    if isNew || chance(70) {
                        lab.clock.advance(by: Span(milliseconds: 1))
                        let value = ["Baker", "Smith", "Tailor"][Int.random(in: 0..<3, using: &generator)]
                        let (source, confirms) = (chance(2) ? "crm" : "shop", chance(3))
                        try await lab.says(name, ["job": .string(value)], source: source, confirmed: confirms)
                        models[name]?.said.append(.init(source: source, value: value, at: lab.clock.now, isConfirmed: confirms))
                    } else if chance(12), let id = ids[name], let model = models[name] {
                        lab.clock.advance(by: Span(milliseconds: 1))
                        let now = lab.clock.now
                        let question = try await lab.desk.ask(id, YearLab.contact())
                        #expect((question != nil) == model.mayBeAsked(at: now), "\(name) on day \(day)")
                        // One contact, one question.
                        #expect(try await lab.desk.ask(id, YearLab.contact()) == nil)
                        guard let question, let golden = model.golden else { continue }
                        questions += 1
                        #expect(question.value == golden.value)
                        models[name]?.asked.append(now)
                        switch Int.random(in: 0..<4, using: &generator) {
                        case 0:
                            try await lab.desk.answer(id, "job", .holds, YearLab.contact())
                            models[name]?.said.append(
                                .init(source: golden.source, value: golden.value, at: now, isConfirmed: true))
                        case 1:
                            try await lab.desk.answer(id, "job", .changed("Pilot"), YearLab.contact())
                            models[name]?.said.append(.init(source: "person", value: "Pilot", at: now, isConfirmed: true))
                        case 2:
                            try await lab.desk.answer(id, "job", .declined, YearLab.contact())
                            models[name]?.declined.append(now)
                        default: break
                        }
                    }
                }
                try await lab.settle()
                for name in names where ids[name] == nil && models[name]?.said.isEmpty == false {
                    ids[name] = try await lab.person(name)
                }
                guard day % 5 == 0 || day > 350 else { continue }
                try await compare(lab, models, ids, day)
            }
            #expect(questions > 10)
            try await days(lab, models, ids)
        }
    }

    private func compare(_ lab: YearLab, _ models: [String: Model], _ ids: [String: PersonID], _ day: Int) async throws {
        let now = lab.clock.now
        func wanted(_ holds: (Model) -> Bool) -> Set<PersonID> {
            Set(models.filter { holds($0.value) }.compactMap { ids[$0.key] })
        }
        func age(_ model: Model) -> Int64 { model.golden.map { (now - $0.since).milliseconds } ?? -1 }
        let (day45, budget) = (45 * Int64(86_400_000), Self.budget * 86_400_000)
        #expect(try await lab.members("stale") == wanted { age($0) > budget }, "day \(day)")
        #expect(try await lab.members("unsure") == wanted { ($0.confidence(at: now) ?? 1_000) < 500 }, "day \(day)")
        #expect(try await lab.members("old") == wanted { age($0) > day45 && age($0) <= budget }, "day \(day)")
        for (name, model) in models {
            guard let id = ids[name] else { continue }
            let reading = try await lab.database.read { db in try People.fields(of: [id], in: db)[id]?.first { $0.name == "job" }
            }
            #expect(reading?.text == model.golden?.value && reading?.since == model.golden?.since, "\(name) on day \(day)")
            #expect(reading?.confidence(at: now) == model.confidence(at: now))
        }
    }

    /// Whoever went stale by time did so in the very millisecond after the budget.
    private func days(_ lab: YearLab, _ models: [String: Model], _ ids: [String: PersonID]) async throws {
        let names = Dictionary(ids.map { ($1, $0) }) { first, _ in first }
        let moves = try await lab.log.events().filter {
            $0.properties.contains(#""cause":"time""#) && $0.properties.contains(#""stale""#)
        }
        #expect(moves.count > 10)
        for move in moves {
            let model = try #require(models[names[move.person] ?? ""])
            let since = move.occurredAt - .days(Self.budget) - Span(milliseconds: 1)
            #expect(model.said.contains { $0.at == since })
        }
    }
}
