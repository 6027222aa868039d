import RapportCore
import RapportStorage
import Testing

/// What an order brought, event by event.
@Suite("Money of orders")
struct OrderMoneyTests {
    private func event(_ kind: String, _ properties: JSONValue, at day: Int64 = 0) -> OrderMoney.Event {
        .init(kind: "order.\(kind)", at: Timestamp(milliseconds: day * 86_400_000), properties: properties)
    }

    private let placed: JSONValue = [
        "currency": "EUR", "total": .decimal("119.00"), "tax": 19, "shipping": 5,
        "lines": [
            ["product": "pan", "quantity": 2, "price": 40, "cost": .decimal("22.50")],
            ["product": "lid", "quantity": 1, "price": 39, "cost": 10],
        ],
    ]

    @Test("revenue is without tax, and the cost of goods is that of the lines")
    func plain() {
        let money = OrderMoney([event("placed", placed)])
        #expect((money.total, money.tax, money.revenue, money.cost) == (11_900, 1_900, 10_000, 5_500))
        #expect((money.shipping, money.linesWithoutCost) == (500, 0))
    }

    @Test("a refund in part takes its share of the tax along; one without amount is of the whole; more than the whole is nothing")
    func refunds() {
        let half = OrderMoney([event("placed", placed), event("refunded", ["amount": .decimal("59.50")], at: 3)])
        #expect((half.refunded, half.tax, half.revenue) == (5_950, 950, 5_000))
        #expect(half.cost == 5_500, "goods are gone until they come back")
        let stated = OrderMoney([event("placed", placed), event("refunded", ["amount": 50, "tax": 5], at: 3)])
        #expect((stated.tax, stated.revenue) == (1_400, 5_500))
        let whole = OrderMoney([event("placed", placed), event("refunded", [:], at: 3)])
        #expect((whole.refunded, whole.tax, whole.revenue) == (11_900, 0, 0))
        let more = OrderMoney([event("placed", placed), event("refunded", ["amount": 500], at: 3)])
        #expect((more.tax, more.revenue) == (0, 0))
    }

    @Test("a line that is cancelled brings and costs nothing, and all lines cancelled are the order")
    func cancelledLines() {
        let part = OrderMoney([event("placed", placed), event("cancelled", ["lines": [["product": "lid"]]], at: 1)])
        #expect((part.cancelled, part.tax, part.revenue, part.cost) == (3_900, 1_277, 6_723, 4_500))
        #expect(!part.isCancelled)
        let one = OrderMoney([
            event("placed", placed), event("cancelled", ["lines": [["product": "pan", "quantity": 1]]], at: 1),
        ])
        #expect((one.cancelled, one.cost) == (4_000, 3_250))
        let all = OrderMoney([
            event("placed", placed), event("cancelled", ["lines": [["product": "pan"], ["product": "lid"]]], at: 1),
        ])
        #expect(all.isCancelled && all.revenue == 0 && all.cost == 0)
        let whole = OrderMoney([event("placed", placed), event("cancelled", [:], at: 1)])
        #expect(whole.isCancelled && whole.revenue == 0 && whole.cost == 0)
    }

    @Test("what is returned costs nothing again, line by line; money goes back with a refund alone")
    func returned() {
        let part = OrderMoney([event("placed", placed), event("returned", ["lines": [["product": "lid"]]], at: 4)])
        #expect((part.revenue, part.cost) == (10_000, 4_500))
        #expect(OrderMoney([event("placed", placed), event("returned", [:], at: 4)]).cost == 0)
    }

    @Test("the product's record stands in for a line without cost, and what nobody knows is counted")
    func costs() {
        let lines: JSONValue = [
            "currency": "EUR", "lines": [["sku": "a", "price": 10, "quantity": 3], ["sku": "b", "price": .decimal("2.50")]],
        ]
        let money = OrderMoney([event("placed", lines)]) { product, _, _ in product == "a" ? 400 : nil }
        #expect((money.total, money.cost, money.linesWithoutCost) == (3_250, 1_200, 1))
        #expect(OrderMoney([event("placed", ["total": 10])]).linesWithoutCost == 1)
        #expect(OrderMoney([event("placed", ["total": 10, "cost": 4])]).cost == 400)
        // What an order says of its whole cost is shared out to what is left of lines that say nothing.
        let silent: JSONValue = ["cost": 9, "lines": [["product": "a", "price": 20], ["product": "b", "price": 10]]]
        let whole = OrderMoney([event("placed", silent)])
        #expect((whole.cost, whole.linesWithoutCost) == (900, 0))
        let rest = OrderMoney([event("placed", silent), event("returned", ["lines": [["product": "b"]]], at: 1)])
        #expect((rest.cost, rest.linesWithoutCost) == (600, 0))
        #expect(OrderMoney([event("placed", ["order": "7"])]).revenue == nil)
    }

    @Test("a refund in another currency is kept apart, to be converted on its own day")
    func foreign() {
        let money = OrderMoney([
            event("placed", placed), event("refunded", ["amount": 10, "currency": "USD"], at: 9),
        ])
        #expect(money.refunded == 0)
        #expect(money.foreignRefunds.map(\.amount) == [1_000])
        // Its tax is in dollars too: what is left of the order's own is not lessened by a number of another currency.
        let stated = OrderMoney([
            event("placed", placed), event("refunded", ["amount": 10, "tax": 5, "currency": "USD"], at: 2),
        ])
        #expect((stated.tax, stated.revenue) == (1_900, 10_000))
    }

    @Test("numbers too large, quantities of nothing and odd values neither crash nor go below zero")
    func odd() {
        var generator = SplitMix64(seed: 5)
        let odd: [JSONValue] = [
            .decimal("92233720368547758.07"), .decimal("-5"), 0, .decimal("1e17"), "x", .null, 3, .decimal("0.005"), [],
        ]
        func any() -> JSONValue { odd[Int(generator.next() % UInt64(odd.count))] }
        for _ in 0..<2_000 {
            func line() -> JSONValue { ["product": "a", "price": any(), "quantity": any(), "cost": any(), "discount": any()] }
            let events = [
                event("placed", ["total": any(), "tax": any(), "shipping": any(), "lines": [line(), line()]]),
                event("cancelled", ["lines": [line()]], at: 1), event("refunded", ["amount": any(), "tax": any()], at: 2),
                event("returned", ["lines": [line()], "total": any()], at: 3),
            ]
            let money = OrderMoney(events.filter { $0.kind == "order.placed" || generator.next() % 2 == 0 })
            if let total = money.total, total >= 0, money.refunded >= 0 { #expect((money.revenue ?? 0) >= 0) }
        }
    }
}
