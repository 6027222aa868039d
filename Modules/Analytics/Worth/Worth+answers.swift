import Foundation
public import RapportCore

extension Worth {
    /// What one source's people brought and cost.
    public struct Source: Sendable, Hashable {
        public var source: String
        public var people = 0
        public var customers = 0
        public var revenue: Int64 = 0
        public var acquisition: Int64 = 0
        public var value: Int64 = 0
    }

    /// By who knew people first, the most worth first.
    public var bySource: [Source] {
        var out: [Source] = []
        var places: [String: Int] = [:]
        var place = 0
        for one in people {
            // Mostly of the same source as the one before.
            if out.isEmpty || out[place].source != one.acquiredFrom {
                place = places[one.acquiredFrom] ?? out.count
                if place == out.count {
                    places[one.acquiredFrom] = place
                    out.append(Source(source: one.acquiredFrom))
                }
            }
            out[place].people += 1
            out[place].customers += one.orders > 0 ? 1 : 0
            out[place].revenue = out[place].revenue &+ one.revenue
            out[place].acquisition = out[place].acquisition &+ one.acquisition
            out[place].value = out[place].value &+ one.value
        }
        return out.sorted { ($1.value, $0.source) < ($0.value, $1.source) }
    }

    /// Minor units for people: `12,345.60`.
    public func shown(_ minor: Int64) -> String {
        let decimals = Currency.exponent(of: currency)
        return NumberText.grouped((0..<decimals).reduce(Double(minor)) { unit, _ in unit / 10 }, decimals: decimals)
    }

    private func text(_ minor: Int64) -> String { ScaledInteger.text(minor, scale: Currency.exponent(of: currency)) }

    private func parts(_ value: RelationshipValue) -> [(String, Int64)] {
        [
            ("revenue", value.revenue), ("cost_of_goods", value.goods), ("fulfilment", value.fulfilment),
            ("acquisition", value.acquisition), ("contacts", value.contacts), ("service", value.service),
            ("referrals", value.referrals), ("relationship_value", value.value),
        ]
    }

    /// A row a person, with a header; amounts are decimals of the unit.
    ///
    /// - Parameter names: public ids.
    public func rows(_ names: [PersonID: String]) -> [[String]] {
        let header = ["person", "acquired_from", "orders", "first_order"] + parts(RelationshipValue(person: 0)).map(\.0)
        return [header]
            + told.map { one in
                [names[one.person] ?? "", one.acquiredFrom, String(one.orders), one.firstOrder?.rfc3339 ?? ""]
                    + parts(one).map { text($0.1) }
            }
    }

    public func json(_ names: [PersonID: String]) -> JSONValue {
        let whole = total
        var members: [JSONValue.Member] = [
            .init("currency", .string(currency)), .init("as_of", .string(until.rfc3339)), .init("people", .number(people.count)),
            .init("customers", .number(customers.count)), .init("orders", .number(whole.orders)),
            .init("total", .object(amounts(whole))),
        ]
        members.append(.init("acquisition_cost_per_customer", .number(acquisitionCost.map(unit))))
        members.append(.init("payback_months", paybackMonths.map { JSONValue.number($0) } ?? .null))
        members.append(.init("payback_curve", .array(paybackCurve.map { JSONValue.number(Optional(unit($0))) })))
        let shares: [(String, Double)] = [
            ("share_of_first_fifth", concentration.total(ofFirst: 0.2)),
            ("people_bringing_four_fifths", concentration.customers(bringing: 0.8)), ("gini", concentration.gini),
            ("cost_to_serve_of_first_fifth", trouble.total(ofFirst: 0.2)),
        ]
        members += shares.map { .init($0.0, .number(Optional($0.1))) }
        members.append(.init("losing", .number(people.count { $0.value < 0 })))
        members.append(.init("sources", .array(bySource.map(json))))
        members.append(.init("orders_without_amount", .number(whole.ordersWithoutAmount)))
        members.append(.init("lines_without_cost", .number(whole.linesWithoutCost)))
        members.append(.init("unconverted", .array(unconverted.map(json))))
        members.append(.init("unallocated", .decimal(text(unallocated))))
        members.append(.init("not_profiled", .number(people.count - told.count)))
        members.append(.init("costs_stated", .bool(!sheet.isEmpty)))
        members.append(.init("values", .array(told.map { json($0, names) })))
        return .object(members)
    }

    private func amounts(_ value: RelationshipValue) -> [JSONValue.Member] {
        parts(value).map { .init($0.0, .decimal(text($0.1))) }
    }

    private func json(_ value: RelationshipValue, _ names: [PersonID: String]) -> JSONValue {
        let who: [JSONValue.Member] = [
            .init("person", .string(names[value.person] ?? "")), .init("acquired_from", .string(value.acquiredFrom)),
            .init("orders", .number(value.orders)),
        ]
        return .object(who + amounts(value))
    }

    private func json(_ source: Source) -> JSONValue {
        [
            "source": .string(source.source), "people": .number(source.people), "customers": .number(source.customers),
            "revenue": .decimal(text(source.revenue)), "acquisition": .decimal(text(source.acquisition)),
            "relationship_value": .decimal(text(source.value)),
        ]
    }

    private func json(_ one: (currency: String, orders: Int, first: Timestamp)) -> JSONValue {
        ["currency": .string(one.currency), "orders": .number(one.orders), "first": .string(one.first.rfc3339)]
    }

    private func unit(_ minor: Double) -> Double {
        (0..<Currency.exponent(of: currency)).reduce(minor) { unit, _ in unit / 10 }
    }

    /// What the definition of the model keeps.
    public var model: JSONValue {
        let whole = total
        return [
            "model": "relationship_value", "currency": .string(currency), "people": .number(people.count),
            "customers": .number(customers.count), "revenue": .decimal(text(whole.revenue)),
            "relationship_value": .decimal(text(whole.value)),
        ]
    }

    /// The figures as fields of people.
    public var scores: Scores {
        let money = FieldType.money(currency: currency)
        return Scores(
            fields: [
                FieldDefinition("relationship_value", money, purpose: "what the relationship brought, less what it cost"),
                FieldDefinition("margin", money, purpose: "revenue less the cost of goods and of sending them"),
                FieldDefinition("cost_to_serve", money, purpose: "what contacts and service cost"),
            ],
            values: told.map { one in
                (one.person, [one.value, one.margin, one.costToServe].map { .string(text($0)) })
            })
    }

    /// Pictures and figures on a page of its own.
    ///
    /// - Parameter zone: the house's, in which days are told.
    public func page(zone: TimeZoneRules, texts: Texts) -> ReportPage {
        func say(_ key: String, _ values: [String: String] = [:]) -> String { texts("cli.worth.page.\(key)", values) }
        let whole = total
        let cost = acquisitionCost.map { shown(Int64($0.rounded())) } ?? "—"
        let back = paybackMonths.map { texts("cli.worth.page.back", count: Int64($0)) } ?? say("not_back")
        let facts: [(name: String, value: String, note: String)] = [
            (say("value"), shown(whole.value), say("value_note")), (say("revenue"), shown(whole.revenue), say("revenue_note")),
            (say("margin"), shown(whole.margin), say("margin_note")), (say("acquisition"), cost, back),
        ]
        var page = ReportPage(
            title: say("title"),
            subtitle: texts(
                "cli.worth.about",
                [
                    "people": NumberText.grouped(people.count), "customers": NumberText.grouped(customers.count),
                    "day": zone.dayText(until), "currency": currency,
                ]),
            parts: [.facts(facts)], texts: texts)
        page.parts += notes(zone: zone, texts: texts).map { .warning($0.prefix(1).uppercased() + $0.dropFirst() + ".") }
        page.parts += curves(say)
        page.parts.append(
            .table(
                ["won_by", "people", "customers", "revenue", "acquisition", "worth"].map {
                    texts("cli.heading.\($0)").lowercased()
                },
                bySource.map {
                    [
                        $0.source, NumberText.grouped($0.people), NumberText.grouped($0.customers), shown($0.revenue),
                        shown($0.acquisition), shown($0.value),
                    ]
                }))
        return page
    }

    /// What to mind: what no cost, amount or rate is known of.
    public func notes(zone: TimeZoneRules, texts: Texts) -> [String] {
        let whole = total
        var notes: [String] = []
        if sheet.isEmpty { notes.append(texts("cli.worth.note.costs")) }
        let withoutAmount = whole.ordersWithoutAmount - unconverted.reduce(0) { $0 + $1.orders }
        if withoutAmount > 0 { notes.append(texts("cli.worth.note.amounts", count: Int64(withoutAmount))) }
        for one in unconverted {
            notes.append(
                texts(
                    "cli.worth.note.rate", count: Int64(one.orders),
                    ["currency": one.currency, "base": currency, "day": zone.dayText(one.first)]))
        }
        if whole.linesWithoutCost > 0 {
            notes.append(texts("cli.worth.note.lines", count: Int64(whole.linesWithoutCost)))
        }
        if unallocated > 0 { notes.append(texts("cli.worth.note.unallocated", ["amount": shown(unallocated)])) }
        return notes
    }

    private func curves(_ text: (String, [String: String]) -> String) -> [ReportPage.Part] {
        func say(_ key: String) -> String { text(key, [:]) }
        let sorted = people.map { Double($0.value) }.sorted(by: >)
        let sum = sorted.reduce(0, +)
        var parts: [ReportPage.Part] = []
        if sum > 0, sorted.count > 1 {
            var running = 0.0
            let cumulated = sorted.map { value in
                running += value
                return running / sum
            }
            let whale = (0...100).map { step -> (x: Double, y: Double) in
                let place = step * sorted.count / 100
                return (Double(step) / 100, place == 0 ? 0 : cumulated[place - 1])
            }
            var series = [Chart.Series(say("series.value"), whale)]
            if trouble.total > 0 {
                series.append(Chart.Series(say("series.service"), trouble.curve(points: 100), dashed: true))
            }
            parts.append(
                .chart(
                    title: say("spread"),
                    .lines(series, .init(x: say("spread_x"), y: say("spread_y"), isShare: true, isShareX: true)),
                    caption: say("spread_note")))
        }
        if paybackCurve.count > 1 {
            let points = paybackCurve.enumerated().map { (x: Double($0.offset + 1), y: unit($0.element)) }
            var series = [Chart.Series(say("series.brought"), points)]
            if let cost = acquisitionCost, cost > 0 {
                series.append(Chart.Series(say("series.winning"), points.map { ($0.x, unit(cost)) }, dashed: true))
            }
            parts.append(
                .chart(
                    title: say("payback"), .lines(series, .init(x: say("payback_x"), y: currency)),
                    caption: say("payback_note")))
        }
        return parts
    }
}
