import RapportCore
import Testing

@Suite("A segment judged in memory") struct SegmentEvaluationTests {
    private let now = 1_000 * day

    private func person(orders: [Int64] = [], fields: [Int: SegmentScalar] = [:]) -> PersonFacts {
        var facts = PersonFacts()
        facts.set(orders.map { .init(at: $0, 1_000, 100, 2) }, of: 1)
        facts.fields = fields
        return facts
    }

    @Test(
        "a comparison with a missing value is false, != too, and not is plain negation",
        arguments: [
            ("country = \"GB\"", false), ("country != \"GB\"", false), ("not country = \"GB\"", true), ("points < 5", false),
            ("last(order.placed) older than 1 day", false), ("typical_gap(order.placed) > 1 day", false),
            ("country in (\"GB\")", false), ("country not in (\"GB\")", true), ("has(country)", false),
            ("count(order.placed) = 0", true), ("sum(order.placed.total, EUR) = EUR 0", true), ("vip", false), ("not vip", true),
        ])
    func missing(_ text: String, _ holds: Bool) throws {
        #expect(try SegmentExpression(text).holds(person(), at: now) == holds)
    }

    @Test("a window is half-open: an event exactly N days old has left it")
    func window() throws {
        let expression = try SegmentExpression("count(order.placed, last 10 days) >= 1")
        let facts = person(orders: [now])
        #expect(expression.holds(facts, at: now))
        #expect(expression.holds(facts, at: now + 10 * day - 1))
        #expect(!expression.holds(facts, at: now + 10 * day))
        #expect(!expression.holds(facts, at: now - 1))
    }

    @Test(
        "time is not waited for where a part that it cannot change settles the whole",
        arguments: [
            ("country = \"GB\" and count(order.placed, last 10 days) >= 1", true),
            ("country = \"FR\" and count(order.placed, last 10 days) >= 1", false),
            ("country = \"GB\" or count(order.placed, last 10 days) >= 1", false),
            ("country = \"FR\" or count(order.placed, last 10 days) >= 1", true),
            ("not (country = \"GB\" or count(order.placed, last 10 days) >= 1)", false),
            ("vip or (country = \"FR\" and last(order.placed) older than 3 days)", false),
            ("vip or (country = \"GB\" and last(order.placed) older than 3 days)", true),
        ])
    func settled(_ text: String, _ waits: Bool) throws {
        let facts = person(orders: [now], fields: [2: .text("gb")])
        let next = try SegmentExpression(text).nextChange(for: facts, after: .init(milliseconds: now), house: .utc)
        #expect((next != nil) == waits)
    }

    @Test("text is compared folded")
    func folding() throws {
        let facts = person(fields: [2: .text("gb"), 1: .text("élodie")])
        #expect(try SegmentExpression("country = \"Gb\" and starts_with(first_name, \"E\u{301}L\")").holds(facts, at: now))
    }

    @Test("money of another currency is not added and does not pass a filter")
    func money() throws {
        var facts = PersonFacts()
        facts.set([.init(at: now, 5_000, 100), .init(at: now, 9_000, 101)], of: 1)
        #expect(try SegmentExpression("sum(order.placed.total, EUR) = EUR 50").holds(facts, at: now))
        #expect(try SegmentExpression("count(order.placed, where total > EUR 40.00) = 1").holds(facts, at: now))
    }

    @Test("overdue by their own rhythm: longer ago than three times the median gap")
    func rhythm() throws {
        let expression = try SegmentExpression(
            "last(order.placed) older than 3 * typical_gap(order.placed) and last(order.placed) older than 9 days")
        // Gaps of 2, 4 and 10 days: the median is 4.
        let facts = person(orders: [now - 30 * day, now - 28 * day, now - 24 * day, now - 14 * day])
        #expect(expression.holds(facts, at: now) == (14 >= 12))
        #expect(!expression.holds(facts, at: now - 2 * day - 1))
        #expect(
            expression.nextChange(for: facts, after: .init(milliseconds: now - 10 * day), house: .utc)?.milliseconds == now - 2
                * day)
    }

    @Test("the median of an even number of gaps is the mean of the two in the middle, rounded down")
    func median() throws {
        let facts = person(orders: [0, 10, 15])
        #expect(try SegmentExpression("typical_gap(order.placed) = 0 minutes").holds(facts, at: now) == false)
        let explained = try SegmentExpression("typical_gap(order.placed) > 1 day")
            .explain(for: facts, at: .init(milliseconds: now), house: .utc, schema: .grocer)
        #expect(explained.value == .text("7 ms"))
    }

    @Test("calendar words use the person's own zone")
    func zones() throws {
        // 2026-03-01T02:00Z is still February in New York.
        let moment = try #require(Timestamp(rfc3339: "2026-03-01T02:00:00Z"))
        var facts = person(orders: [moment.milliseconds - 4 * 3_600_000])
        let expression = try SegmentExpression("count(order.placed, this month) = 1")
        #expect(!expression.holds(for: facts, at: moment, house: .utc))
        facts.zone = TimeZoneRules("america/new_york")
        #expect(facts.zone != nil)
        #expect(expression.holds(for: facts, at: moment, house: .utc))
        let change = expression.nextChange(for: facts, after: moment, house: .utc)
        #expect(change == Timestamp(rfc3339: "2026-03-01T05:00:00Z"))
    }

    @Test(
        "a zone is known by each of its names, in any case",
        arguments: [
            "asia/kolkata", "Asia/Calcutta", "US/Eastern", "us/eastern", "Etc/UTC", "etc/utc", "america/argentina/buenos_aires",
            "utc",
        ])
    func zoneNames(name: String) {
        #expect(TimeZoneRules(name) != nil)
        #expect(ZoneTables.isKnown(name))
    }

    @Test("what is no zone is none", arguments: ["", "/", "Mars/Olympus", "GMT+5", "Berlin", "europe"])
    func noZone(name: String) { #expect(TimeZoneRules(name) == nil) }

    @Test("a day begins where clocks skip midnight, and once where they repeat it")
    func midnights() throws {
        let cairo = try #require(TimeZoneRules("Africa/Cairo"))
        let skipped = try #require(CivilDate(year: 2024, month: 4, day: 26))
        #expect(Timestamp(milliseconds: cairo.start(ofDay: Int64(skipped.daysSince1970))).rfc3339 == "2024-04-25T22:00:00.000Z")
        let azores = try #require(TimeZoneRules("Atlantic/Azores"))
        let repeated = try #require(CivilDate(year: 2024, month: 10, day: 27))
        #expect(Timestamp(milliseconds: azores.start(ofDay: Int64(repeated.daysSince1970))).rfc3339 == "2024-10-27T00:00:00.000Z")
    }

    @Test("a birthday on 29 February is kept on the 28th in other years")
    func birthday() throws {
        let born = Int64(try #require(CivilDate(year: 2000, month: 2, day: 29)).daysSince1970)
        let facts = person(fields: [4: .number(born)])
        let expression = try SegmentExpression("birthday(born_on, next 7 days)")
        func holds(_ text: String) throws -> Bool {
            expression.holds(for: facts, at: try #require(Timestamp(rfc3339: text)), house: .utc)
        }
        #expect(try !holds("2027-02-21T23:59:59Z") && holds("2027-02-22T00:00:00Z"))
        #expect(try holds("2027-02-28T23:59:59Z") && !holds("2027-03-01T00:00:00Z"))
    }
}
