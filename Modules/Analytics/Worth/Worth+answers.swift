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
        var out: [String: Source] = [:]
        for one in people {
            var source = out[one.acquiredFrom] ?? Source(source: one.acquiredFrom)
            source.people += 1
            source.customers += one.orders > 0 ? 1 : 0
            source.revenue = source.revenue &+ one.revenue
            source.acquisition = source.acquisition &+ one.acquisition
            source.value = source.value &+ one.value
            out[one.acquiredFrom] = source
        }
        return out.values.sorted { ($1.value, $0.source) < ($0.value, $1.source) }
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
    public var page: ReportPage {
        let whole = total
        let (known, buying) = (NumberText.grouped(people.count), NumberText.grouped(customers.count))
        let cost = acquisitionCost.map { shown(Int64($0.rounded())) } ?? "—"
        let back =
            paybackMonths.map { "brought back after \($0) month\($0 == 1 ? "" : "s")" }
            ?? "not brought back within what can be judged"
        let facts: [(name: String, value: String, note: String)] = [
            ("Relationship value", shown(whole.value), "revenue less every cost that is stated"),
            ("Revenue", shown(whole.revenue), "net of tax and of what was given back"),
            ("Margin", shown(whole.margin), "less goods and sending"), ("Winning a customer", cost, back),
        ]
        var page = ReportPage(
            title: "What relationships are worth",
            subtitle: "\(known) people, \(buying) customers, in \(currency), up to \(until.rfc3339.prefix(10))",
            parts: [.facts(facts)])
        if sheet.isEmpty { page.parts.append(.warning("No costs are stated, so that only orders count.")) }
        if whole.linesWithoutCost > 0 {
            page.parts.append(
                .warning("\(NumberText.grouped(whole.linesWithoutCost)) order lines have no cost: the cost of goods is too low."))
        }
        for one in unconverted {
            page.parts.append(.warning("\(one.orders) orders in \(one.currency) are left out: no rate is stated."))
        }
        page.parts += curves
        page.parts.append(
            .table(
                ["won by", "people", "customers", "revenue", "acquisition", "worth"],
                bySource.map {
                    [
                        $0.source, NumberText.grouped($0.people), NumberText.grouped($0.customers), shown($0.revenue),
                        shown($0.acquisition), shown($0.value),
                    ]
                }))
        return page
    }

    private var curves: [ReportPage.Part] {
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
            var series = [Chart.Series("relationship value", whale)]
            if trouble.total > 0 {
                series.append(Chart.Series("cost of contacts and service", trouble.curve(points: 100), dashed: true))
            }
            parts.append(
                .chart(
                    title: "Who brings it, and who causes the work",
                    .lines(series, .init(x: "share of people, the most first", y: "share", isShare: true, isShareX: true)),
                    caption: "Where the line is over 100 %, the last people take away what the first ones bring."))
        }
        if paybackCurve.count > 1 {
            let points = paybackCurve.enumerated().map { (x: Double($0.offset + 1), y: unit($0.element)) }
            var series = [Chart.Series("brought by a customer", points)]
            if let cost = acquisitionCost, cost > 0 {
                series.append(Chart.Series("winning one", points.map { ($0.x, unit(cost)) }, dashed: true))
            }
            parts.append(
                .chart(
                    title: "Payback", .lines(series, .init(x: "months after the first order", y: currency)),
                    caption: "On average, of those customers who have been there for so long."))
        }
        return parts
    }
}
