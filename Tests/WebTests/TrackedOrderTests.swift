import RapportCore
import RapportStorage
import Testing

@testable import RapportWeb

/// Segment's e-commerce events as the events of an order.
@Suite("Tracked orders")
struct TrackedOrderTests {
    private func translate(_ body: JSONValue) throws -> [NewEvent] { try translation(body).events }

    private func translation(_ body: JSONValue) throws -> TrackingTranslator.Translation {
        let schema = TrackingSchema(fields: FieldCatalog([]), kinds: Set(KindDefinition.builtIn.map(\.name)))
        let now = Timestamp(milliseconds: 1_700_000_000_000)
        let call = try TrackedCall(body, kind: nil, receivedAt: now)
        return try TrackingTranslator(source: TrackingSource(name: "track.shop"), schema: schema).translate(call)
    }

    @Test(
        "each names its order and its amount as imports do",
        arguments: [
            ("Order Completed", "order.placed", "total"), ("Order Refunded", "order.refunded", "amount"),
            ("Order Cancelled", "order.cancelled", "total"),
        ])
    func orders(name: String, kind: String, amount: String) throws {
        for given in ["total", "revenue"] {
            let events = try translate([
                "type": "track", "userId": "u1", "event": .string(name),
                "properties": [
                    "order_id": "O-1", "currency": "EUR", "products": [["sku": "T1", "quantity": 2]],
                    "\(given)": .decimal("12.50"),
                ],
            ])
            let event = try #require(events.first)
            #expect(events.count == 1)
            #expect(event.kind == kind)
            #expect(event.properties["order"] == "O-1")
            #expect(event.properties[amount] == .decimal("12.50"))
            #expect(event.properties["lines"]?.array?.count == 1)
        }
    }

    @Test(
        "an order that does not say which it is comes in and is noted",
        arguments: [
            ("Order Completed", [:], "order.placed"), ("Order Completed", ["order_id": ""], "order.placed"),
            ("Order Refunded", [:], "order.refunded"), ("Order Completed", ["order_id": 17], nil),
            ("Product Viewed", [:], nil),
        ] as [(String, JSONValue, String?)])
    func unnumbered(name: String, properties: JSONValue, noted: String?) throws {
        let translation = try translation([
            "type": "track", "userId": "u1", "event": .string(name), "properties": properties,
        ])
        #expect(translation.unnumbered == noted)
        #expect(translation.events.count == 1)
    }

    @Test("a group call makes the company a record, and links the person to it")
    func group() throws {
        let events = try translate([
            "type": "group", "userId": "u1", "groupId": "A1", "traits": ["name": "North Wind", "planTier": "gold"],
        ])
        #expect(events.map(\.kind) == ["account.joined", "account.identified"])
        #expect(events.first?.properties["account"] == "A1")
        #expect(events.last?.identifiers.isEmpty == true)
        #expect(events.last?.properties["id"] == "A1")
        #expect(events.last?.properties["fields"]?["name"] == "North Wind")
        #expect(events.last?.properties["fields"]?["plan_tier"] == "gold")
    }
}
