import RapportCore

/// Draws expressions over the grocer's fields and events, as text, so that reading and checking are tried too.
struct RandomExpression {
    var generator: SplitMix64

    mutating func draw(depth: Int = 3) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 5), using: &generator) {
        case 5, 6: return "(\(draw(depth: depth - 1)) and \(draw(depth: depth - 1)))"
        case 7, 8: return "(\(draw(depth: depth - 1)) or \(draw(depth: depth - 1)))"
        case 9: return "not \(draw(depth: depth - 1))"
        case 0, 1: return fieldTest()
        case 2: return other()
        default: return eventTest()
        }
    }

    private mutating func pick(_ items: [String]) -> String { items.randomElement(using: &generator) ?? "" }
    private mutating func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &generator) }
    private mutating func order() -> String { pick(["=", "!=", "<", "<=", ">", ">="]) }

    private mutating func fieldTest() -> String {
        switch number(0...9) {
        case 0: "country \(pick(["=", "!=", "<", ">="])) \"\(pick(["GB", "FR", "nowhere"]))\""
        case 1: "country \(pick(["in", "not in"])) (\"GB\", \"de\")"
        case 2: "starts_with(first_name, \"\(pick(["An", "ANN", "É", "x"]))\")"
        case 3: "points \(order()) \(number(-1...7))"
        case 4: pick(["vip", "vip != true", "has(country)", "has(credit)", "has(identifier email)"])
        case 5: "credit \(order()) EUR \(number(0...40)).50"
        case 6: "joined_at \(pick(["older", "newer"])) than \(number(0...40)) days"
        case 7: "born_on \(order()) \(pick(["1990-05-05", "today", "2020-02-29"]))"
        case 8: "born_on \(pick(["older", "newer"])) than \(number(1...40)) \(pick(["years", "months"]))"
        default: pick(["birthday(born_on, next 30 days)", "birthday(born_on, today)", "joined_at >= 2026-09-01"])
        }
    }

    private mutating func other() -> String {
        if number(0...1) == 0 { return agingTest() }
        return pick(["segment(\"loyal\")", "segment(\"lapsed\")", "has(identifier phone)", "points in (0, 2, 5)"])
    }

    private mutating func agingTest() -> String {
        switch number(0...6) {
        case 0: "age(job) \(order()) \(number(0...60)) days"
        case 1: "confidence(job) \(order()) \(number(0...100)) %"
        case 2: "confidence(email) \(order()) \(number(0...99)).\(number(0...9)) %"
        case 3: pick(["stale(job)", "stale(email)", "stale(identifier phone)"])
        case 4: "age(email) \(order()) \(number(1...400)) days"
        case 5:
            "age(job) \(order()) \(pick(["age(phone)", "2 * typical_gap(order.placed)", "typical_gap(order.placed, last 30 days)"]))"
        default: pick(["has(age(job))", "has(age(email))", "age(job) < 36 hours"])
        }
    }

    private mutating func window() -> String {
        pick([
            "", "", ", last \(number(1...40)) days", ", last \(number(1...900)) hours", ", last \(number(1...5)) weeks",
            ", today",
            ", this week", ", this month", ", this year", ", since 2026-09-10",
        ])
    }

    private mutating func orderFilter() -> String {
        pick([
            "", "", ", where items > \(number(0...3))", ", store: \"Paris\"", ", where store != \"Paris\"",
            ", where total >= EUR \(number(0...90)) or not has(items)",
            ", where store in (\"Paris\", \"Rome\") and not items = 2",
            ", where total < USD 30 and has(store)",
        ])
    }

    private mutating func eventTest() -> String {
        let rest = window() + orderFilter()
        switch number(0...14) {
        case 0: return "count(order.placed\(rest)) \(order()) \(number(0...5))"
        case 1: return "did(order.placed\(rest))"
        case 2: return "clicked(\(pick(["campaign: \"spring\"", "campaign: \"other\"", "where human"]))\(window()))"
        case 3:
            let currency = pick(["EUR", "USD", "JPY"])
            return "sum(order.placed.total, \(currency)\(rest)) \(order()) \(currency) \(number(0...120))"
        case 4: return "sum(order.placed.items\(rest)) \(order()) \(number(0...9))"
        case 5: return "\(pick(["first", "last"]))(order.placed\(rest)) \(pick(["older", "newer"])) than \(number(0...40)) days"
        case 6: return "distinct(order.placed.store\(rest)) \(order()) \(number(0...3))"
        case 7: return "typical_gap(order.placed\(rest)) \(order()) \(number(0...15)) days"
        case 8: return "last(order.placed\(rest)) older than \(number(1...4)) * typical_gap(order.placed\(rest))"
        case 9: return "last(order.placed\(rest)) \(order()) first(order.returned\(window()))"
        case 11:
            let window = window()
            return "(count(order.placed\(window)\(orderFilter())) \(order()) \(number(0...3)) and "
                + "sum(order.placed.items\(window)\(orderFilter())) \(order()) \(number(0...6)))"
        case 10: return "count(order.placed\(rest)) \(order()) count(order.returned\(window()))"
        case 12, 13:
            // A short window beside a long one: of those whom the first finds, one by one.
            let long = ", last \(number(46...400)) days"
            return
                "(\(pick(["last(order.placed) newer than \(number(1...40)) days", "did(order.placed, last \(number(1...20)) days)"])) and "
                + "count(order.placed\(long)\(orderFilter())) \(order()) \(number(0...3)) and "
                + "sum(order.placed.items\(long)\(orderFilter())) \(order()) \(number(0...6)))"
        default: return "count(order.returned\(window())) in (0, 2)"
        }
    }
}
