import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

@Suite("SQL views")
struct ViewTests {
    @Test("each view can be read, is listed as current, and goes again", arguments: DatabaseKind.available)
    func all(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let database = house.rapport.database
            #expect(try await database.read { try ViewStore.status(in: $0) }.allSatisfy { $0.state == .missing })
            let views = try await database.write { try ViewStore.apply(in: $0) }
            #expect(try await database.write { try ViewStore.apply(in: $0) }.count == views.count)
            for view in views {
                let columns = view.columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
                let sql: SQL = "SELECT COUNT(*) FROM (SELECT \(raw: columns) FROM \(raw: view.name)) v"
                #expect(try await database.read { try db(sql, $0) } >= 0, "\(view.name)")
            }
            let draft = DefinitionDraft(kind: "field", name: "shoe_size", body: ["type": "decimal(1)", "purpose": "to fit"])
            let (store, now) = (house.rapport.definitions, house.rapport.clock.now)
            _ = try await database.write { try store.apply([draft], actor: "test", now: now, in: $0) }
            let outdated = try await database.read { try ViewStore.status(in: $0) }.filter { $0.state == .outdated }
            #expect(outdated.map(\.view.name) == ["v_people"])
            #expect(try await database.write { try ViewStore.drop(in: $0) }.count == views.count)
            #expect(try await database.read { try ViewStore.status(in: $0) }.allSatisfy { $0.state == .missing })
        }
    }

    private func db(_ sql: SQL, _ db: Connection) throws -> Int64 { try db.integer(sql) ?? -1 }

    @Test(
        "orders are what HouseOrders reads: refunds, other sources, cancellations, money of each currency",
        arguments: DatabaseKind.available)
    func orders(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await house.bring(
                "o.csv",
                """
                Row,Order,Date,Email,Status,Total,Currency
                1,100,2025-01-01,ann@a.example,placed,30,EUR
                2,100,2025-01-05,ann@a.example,refunded,10,EUR
                3,101,2025-01-02,ann@a.example,placed,5,EUR
                4,101,2025-01-02,ann@a.example,cancelled,5,EUR
                5,102,2025-02-01,bo@a.example,placed,2000,JPY
                6,103,2025-02-01,bo@a.example,placed,12,EUR
                7,103,2025-02-02,bo@a.example,placed,14.40,EUR
                8,104,2025-02-03,eve@a.example,placed,7,EUR
                """, map: ImportHouse.orderStates)
            let ann = [Identifier(kind: "email", value: "ann@a.example")]
            try await house.say("order.refunded", ann, ["order": "100", "amount": "2.50", "currency": "EUR"], source: "helpdesk")
            try await house.say("order.refunded", ann, ["order": "999", "amount": "2.50", "currency": "EUR"], source: "helpdesk")
            try await house.say("order.placed", ann, ["total": "3.00", "currency": "EUR"], source: "till")
            try await house.erase("eve")
            let database = house.rapport.database
            _ = try await database.write { try ViewStore.apply(in: $0) }
            let catalog = house.rapport.catalog
            let read = try await database.read { try HouseOrders.read(catalog, in: $0) }
            // Minor units, so that no floating point stands between them.
            func minor(_ currency: String, _ factor: Int) async throws -> [Int64] {
                let sql: SQL =
                    "SELECT \(raw: kind == .postgres ? "(net * \(factor))::bigint" : "CAST(net * \(factor) + 0.5 AS INTEGER)") FROM v_orders WHERE currency = \(currency) AND state <> 'cancelled' ORDER BY net"
                return try await database.read { try $0.all(sql) { $0.integer(0) } }
            }
            #expect(try await minor("EUR", 100) == read.orders.filter { $0.currency == "EUR" }.compactMap(\.net).sorted())
            #expect(try await minor("JPY", 1) == [2_000])
            let states = try await database.read {
                try $0.all("SELECT COALESCE(number, '-'), state FROM v_orders ORDER BY number, state") {
                    $0.text(0) + " " + $0.text(1)
                }
            }
            #expect(Set(states) == ["100 partly_refunded", "101 cancelled", "102 placed", "103 placed", "- placed"])
            #expect(try await house.count("SELECT COUNT(*) FROM v_people") == 2)
            // Two rows of one number are one order.
            #expect(try await house.count("SELECT COUNT(*) FROM v_events WHERE kind = 'order.placed'") == 5)
        }
    }
}
