import RapportCore
import Testing

@Suite("Age and confidence in segments") struct SegmentAgingTests {
    private let now = 1_000 * day

    private func facts(job: Int64? = nil, email: Int64? = nil) -> PersonFacts {
        var facts = PersonFacts()
        if let job {
            facts.fields[9] = .text("baker")
            facts.since[.field(slot: 9)] = now - job
        }
        if let email {
            facts.identifierKinds = [1]
            facts.since[.identifier(kind: 1)] = now - email
        }
        return facts
    }

    @Test(
        "a field is as old as its last confirmation, and loses confidence past its budget",
        arguments: [
            ("age(job) > 120 days", 120 * day, false), ("age(job) > 120 days", 120 * day + 1, true),
            ("stale(job)", 100 * day, false),
            ("stale(job)", 100 * day + 1, true), ("confidence(job) >= 50 %", 150 * day, true),
            ("confidence(job) >= 50 %", 150 * day + 1, false), ("confidence(job) < 12.5 %", 187 * day + day / 2, false),
            ("confidence(job) < 12.5 %", 187 * day + day / 2 + 1, true), ("confidence(job) = 0 %", 200 * day, true),
            ("not stale(job)", 5 * day, true), ("100 % = confidence(job)", 5 * day, true), ("has(age(job))", 5 * day, true),
        ])
    func field(_ text: String, _ age: Int64, _ holds: Bool) throws {
        #expect(try SegmentExpression(text).holds(facts(job: age), at: now) == holds)
    }

    @Test(
        "what is missing has neither age nor confidence",
        arguments: ["stale(job)", "age(job) < 1 day", "confidence(job) < 50 %", "has(age(email))"])
    func missing(_ text: String) throws {
        #expect(try !SegmentExpression(text).holds(facts(), at: now))
    }

    @Test("identifiers age as fields do")
    func identifier() throws {
        #expect(try SegmentExpression("stale(email)").holds(facts(email: 181 * day), at: now))
        #expect(try SegmentExpression("confidence(identifier email) = 50 %").holds(facts(email: 270 * day), at: now))
    }

    @Test("the next moment is the very millisecond at which it changes")
    func moments() throws {
        func next(_ text: String, _ facts: PersonFacts) throws -> Int64? {
            try SegmentExpression(text).nextChange(for: facts, after: .init(milliseconds: now), house: .utc)?.milliseconds
        }
        let known = facts(job: 10 * day)
        #expect(try next("stale(job)", known) == now + 90 * day + 1)
        #expect(try next("confidence(job) >= 50 %", known) == now + 140 * day + 1)
        #expect(try next("age(job) > 20 days", known) == now + 10 * day + 1)
        #expect(try next("stale(job)", facts(job: 150 * day)) == nil)
        #expect(try next("confidence(job) > 0 %", facts(job: 150 * day)) == now + 50 * day - day / 10 + 1)
    }

    @Test(
        "a question that makes no sense is refused",
        arguments: [
            "age(job)", "age(job) > 50 %", "confidence(job) > 50", "confidence(job) > 101 %", "confidence(job) > 12.55 %",
            "confidence(job) < confidence(email)", "2 * age(job) > 3 days", "last(order.placed) older than age(job)",
            "age(job) in (3 days)", "stale(jbo)", "stale()", "stale(\"job\")", "stale(job) > 3 days",
            "age(job) older than 3 days",
        ])
    func nonsense(_ text: String) {
        #expect(throws: Problem.self) { try SegmentExpression(text) }
    }

    @Test(
        "its canonical spelling reads as itself",
        arguments: ["confidence(job) >= 50 %", "stale(email) or age(job) > 3 days", "confidence(job) < 12.5 %"])
    func spelling(_ text: String) throws {
        #expect(try SegmentExpression(text).text == text)
    }

    @Test("whoever writes a segment is told that something does not age; a segment in force that lost a budget holds for nobody")
    func budgets() throws {
        var schema = SegmentSchema.grocer
        #expect(try !SegmentExpression("stale(country)", schema: schema).holds(facts(job: 900 * day), at: now))
        schema.insistsOnBudgets = true
        let problem = #expect(throws: Problem.self) { try SegmentExpression("stale(country)", schema: schema) }
        #expect(problem?.code == "segment.no_budget")
        _ = try SegmentExpression("age(country) > 3 days", schema: schema)
    }
}
