import RapportCore
import RapportHost
import RapportStorage
import RapportTestKit
import Testing

@Suite("Totals of orders for segments")
struct OrderTotalTests {
    private static let lines = """
        source: shop
        currency: EUR
        as: orders
        order: Order
        at: {column: Date, time: YYYY-MM-DD}
        identifiers: {email: Email}
        line: {product: SKU, quantity: {column: Qty, integer: true}, price: {column: Price, number: true}}
        """

    @Test(
        "an order that states no total has the one that its lines come to; a stated one holds",
        arguments: DatabaseKind.available)
    func totals(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let rows = """
                Order,Date,Email,SKU,Qty,Price
                1,2026-03-01,a@x.example,tea,2,1.50
                1,2026-03-01,a@x.example,jam,1,4.25

                """
            try await house.bring("lines.csv", rows, map: Self.lines)
            let stated = Self.lines.replacing("as: orders", with: "as: orders\ntotal: Price")
            try await house.bring("stated.csv", rows.replacing("\n1,", with: "\n2,"), map: stated)
            try await house.bring(
                "bare.csv", "Order,Date,Email,Total\n3,2026-03-01,a@x.example,\n", map: ImportHouse.orders(from: "till"))
            let found = try await house.rapport.database.read { db in
                try db.all(
                    """
                    SELECT events.n1 FROM events JOIN kinds ON kinds.id = events.kind
                    WHERE kinds.name = \("order.placed") ORDER BY events.partition, events.position
                    """
                ) { $0.integerOrNil(0) }
            }
            #expect(found == [725, 150, nil])
        }
    }
}
