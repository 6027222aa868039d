import RapportCore
import Testing

@Suite("The segment language") struct SegmentLanguageTests {
    @Test(
        "an expression is printed in one spelling that reads as itself",
        arguments: [
            ("country in(\"GB\",\"FR\")", "country in (\"GB\", \"FR\")"),
            ("not  clicked( campaign:\"spring\",last 30 days )", "not clicked(campaign: \"spring\", last 30 days)"),
            ("(vip) or (points>3 and has(country))", "vip or points > 3 and has(country)"),
            ("(vip or points > 3) and has(country)", "(vip or points > 3) and has(country)"),
            ("not (vip and vip)", "not (vip and vip)"),
            ("country not in (\"GB\")", "not country in (\"GB\")"),
            (
                "count(order.placed, last 90 days, where total > EUR 50.00 and store = \"Paris\") >= 3",
                "count(order.placed, last 90 days, where total > EUR 50.00 and store = \"Paris\") >= 3"
            ),
            (
                "last(order.placed) older than 3*typical_gap(order.placed)",
                "last(order.placed) older than 3 * typical_gap(order.placed)"
            ),
            ("last(order.placed) older than 1 days", "last(order.placed) older than 1 day"),
            ("first_name = \"say \\\"Ann\\\"\"", "first_name = \"say \\\"Ann\\\"\""),
            (
                "born_on < 1990-02-28 and count(order.placed, this month) = 0",
                "born_on < 1990-02-28 and count(order.placed, this month) = 0"
            ),
            ("has(identifier email) and permitted(\"offers\", email)", "has(identifier email) and permitted(\"offers\", email)"),
        ])
    func printing(_ written: String, _ canonical: String) throws {
        let expression = try SegmentExpression(written)
        #expect(expression.text == canonical)
        #expect(try SegmentExpression(canonical).condition == expression.condition)
    }

    @Test(
        "an error points at the character and says what to do",
        arguments: [
            ("country = ", 11, "a field, an event or a value was expected, not the end"),
            ("contry = \"GB\"", 1, "there is no field called \"contry\". Did you mean \"country\"?"),
            ("vip and count(order.plced) > 1", 15, "there is no event called \"order.plced\". Did you mean \"order.placed\"?"),
            ("country = 'GB'", 11, "a text stands between straight double quotes"),
            ("country = \"GB", 11, "this text never ends. Close it with a double quote."),
            ("points > 1.5", 10, "a whole number was expected here"),
            ("credit > 5", 10, "an amount names its currency. Write EUR before it."),
            ("credit > USD 5", 10, "this is in USD, the other side in EUR"),
            ("credit > EUR 5.001", 10, "this has more than 2 decimals"),
            ("sum(order.placed.total) > EUR 5", 1, "a sum of money names its currency. sum(…, EUR, …)"),
            (
                "count(order.placed, last 3 months) > 1", 28,
                "a month has no fixed length. Write the number of days, or \"this month\" for the calendar's."
            ),
            (
                "joined_at = 2026-01-01", 1,
                "a moment is not compared with a whole day by =. Write < for before that day, >= for from that day on."
            ),
            ("joined_at >= 2026-02-30", 14, "the calendar has no such day"),
            ("segment(\"loyall\")", 9, "there is no segment called \"loyall\". Did you mean \"loyal\"?"),
            ("vip & vip", 5, "\"&\" means nothing here"),
            ("vip vip", 5, "\"and\", \"or\" or the end was expected, not \"vip\""),
            ("points", 1, "\"points\" is a whole number, not a condition. Compare it with something, or ask has(points)."),
            (
                "did(track.trial_started)", 5,
                "\"track.trial_started\" arrives, but nobody has declared it. Declare it under kinds: in YAML, with the properties "
                    + "that segments may use, and apply it."
            ),
            (
                "did(track.trail_started)", 5,
                "there is no event called \"track.trail_started\". Did you mean \"track.trial_started\"? It arrives, but nobody has "
                    + "declared it. Declare it under kinds: in YAML, with the properties that segments may use, and apply it."
            ),
            (
                "sum(order.placed.weight, EUR) > EUR 5", 5,
                "order.placed declares no property called \"weight\". It declares currency, items, store, total."
            ),
            (
                "sum(order.placed.totl, EUR) > EUR 5", 5,
                "order.placed declares no property called \"totl\". Did you mean \"total\"?"
            ),
            (
                "sum(order.returned.total, EUR) > EUR 5", 5,
                "order.returned declares no property called \"total\". It declares none. More are declared under kinds: in YAML."
            ),
            ("clicked(store: \"x\")", 9, "there is no property called \"store\". There are campaign, human."),
        ])
    func errors(_ text: String, _ column: Int, _ words: String) throws {
        let problem = try #require(throws: Problem.self) { try SegmentExpression(text) }
        #expect(problem.place == .init(line: 1, column: column))
        #expect(problem.description == "line 1:\(column): \(words)")
    }

    @Test("the caret stands under the character, on the line it is on")
    func pointer() throws {
        let text = "vip\nand contry = \"GB\""
        let problem = try #require(throws: Problem.self) { try SegmentExpression(text) }
        #expect(problem.pointer(into: text) == "and contry = \"GB\"\n    ^")
    }

    @Test("parentheses nested beyond reason are refused, not followed")
    func depth() {
        let text = String(repeating: "(", count: 5_000) + "vip" + String(repeating: ")", count: 5_000)
        #expect(throws: Problem.self) { try SegmentExpression(text) }
    }

    @Test("an expression knows what can change its answer")
    func needs() throws {
        let needs = try SegmentExpression(
            "count(order.placed, last 90 days) >= 3 and country = \"GB\" and not segment(\"loyal\") and did(link.clicked)"
        ).needs
        #expect(needs.kinds[1] == .init(totals: false, reach: 90 * day))
        #expect(needs.kinds[2] == .init(totals: true, reach: 0))
        #expect(needs.fields == [2] && needs.segments == [10] && needs.changesByTime && !needs.identifiers)
    }
}
