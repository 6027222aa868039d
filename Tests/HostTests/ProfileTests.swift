import Foundation
import RapportAnalytics
import RapportCore
import RapportHost
import RapportIntegration
import RapportStorage
import RapportTestKit
import Testing

/// How each customer of a house stands among all, written as fields, with the ready-made segments over them.
@Suite("Profiles of a house")
struct ProfileTests {
    private static let orders = ImportHouse.orderStates + "\nproperties: {discount: Discount}"

    /// Thirty customers: c0 spends most; five have a discount each time; c1…c3 stopped early.
    private static func file() -> String {
        var text = "Row,Order,Date,Email,Status,Total,Currency,Discount\n"
        var row = 0
        for customer in 0..<30 {
            for visit in 0..<(customer < 4 && customer > 0 ? 4 : 3 + customer % 6) {
                row += 1
                let start = customer < 4 && customer > 0 ? 20_000 : 20_200
                let day = CivilDate(daysSince1970: start + customer % 5 + visit * 12).text
                let total = customer == 0 ? 500 : 5 + customer
                text += "\(row),\(row),\(day),c\(customer)@a.example,placed,\(total),EUR,\(customer % 6 == 1 ? "1.00" : "0.00")\n"
            }
        }
        return text
    }

    private func fit(_ house: ImportHouse, asOf day: Int = 20_300) async throws -> (Profiles, written: Int) {
        let rapport = house.rapport
        let catalog = rapport.catalog
        let profiles = try await rapport.database.read { db in
            let orders = try HouseOrders.read(catalog, in: db)
            return try Profiles(house: orders, currency: "EUR", rates: [:], zone: .utc, asOf: day, catalog, in: db)
        }
        let scores = profiles.scores(former: try await rapport.database.read { try Profiles.former(in: $0) })
        let (store, now) = (rapport.definitions, rapport.clock.now)
        _ = try await rapport.database.write { db in
            try scores.declare(model: "profiles", body: ["model": "profiles"], by: "test", at: now, store, in: db)
        }
        return (profiles, try await rapport.stepping { try await scores.write(rapport.door, rapport.database) })
    }

    private func readyMade(_ house: ImportHouse) async throws {
        let rapport = house.rapport
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Apps/rapport/Starter/profiles.yaml")
        let drafts = try DefinitionFolder(file.path(percentEncoded: false), handlers: rapport.definitions.handlers).drafts
        let (store, now) = (rapport.definitions, rapport.clock.now)
        _ = try await rapport.database.write { db in try store.apply(drafts, actor: "test", now: now, in: db) }
        try await rapport.fillSegments()
    }

    private func members(_ house: ImportHouse, _ segment: String) async throws -> Set<String> {
        Set(
            try await house.rapport.database.read { db in
                try db.all(
                    """
                    SELECT identifiers.value FROM membership JOIN segments ON segments.id = membership.segment
                    JOIN identifiers ON identifiers.person = membership.person
                    WHERE segments.name = \(segment) ORDER BY identifiers.kind, identifiers.value, identifiers.holder
                    """
                ) { String($0.text(0).prefix { $0 != "@" }) }
            })
    }

    @Test(
        "ranks, fifths, bargains and reasons to leave are on people, segments follow, and a second fit writes only what is new",
        arguments: DatabaseKind.available)
    func fields(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await readyMade(house)
            try await house.bring("o.csv", Self.file(), map: Self.orders)
            let c2 = [Identifier(kind: "email", value: "c2@a.example")]
            for (kind, properties) in [
                ("complaint.opened", ["ticket": "1"]), ("order.refunded", ["order": "no such", "currency": "EUR"]),
                ("chat.held", [:]),
            ] as [(String, JSONValue)] {
                let at = Timestamp(milliseconds: 20_299 * 86_400_000)
                try await house.say(kind, c2, properties, source: "helpdesk", at: at)
            }
            try await house.say("call.held", [Identifier(kind: "email", value: "c9@a.example")], ["direction": "outbound"])
            let (profiles, written) = try await fit(house)
            #expect(written == 30 && profiles.orders == Self.file().split(separator: "\n").count - 1)
            #expect(!profiles.isProfit && profiles.troubleSpread.total == 3)
            let first = try #require(profiles.profiles.first { $0.value == 150_000 })
            #expect(first.valueStanding.rank == 0 && first.valueStanding.ahead == 0 && first.rfm?.moneyScore == 5)
            #expect(try await fit(house).written == 0)

            #expect(try await members(house, "troublesome_few") == ["c2"])
            #expect(try await members(house, "big_spenders").contains("c0"))
            let hunters = try await members(house, "bargain_hunters")
            #expect(!hunters.isEmpty && hunters.allSatisfy { Int($0.dropFirst()).map { $0 % 6 == 1 } ?? false })
            #expect(try await members(house, "lapsed_with_reason") == ["c2"])
            let cells = try await house.count(
                """
                SELECT COUNT(*) FROM membership JOIN segments ON segments.id = membership.segment
                WHERE segments.name IN \(list: [
                    "champions", "loyal", "potential_loyal", "new_customers", "promising", "need_attention", "about_to_sleep",
                    "cannot_lose", "at_risk", "hibernating",
                ])
                """)
            #expect(cells == 30, "each customer is in one cell")
        }
    }

    @Test("whose orders are gone loses the figures, and who was erased has none", arguments: DatabaseKind.available)
    func gone(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await readyMade(house)
            try await house.bring("o.csv", Self.file(), map: Self.orders)
            let report = try await house.bring(
                "p.csv",
                "Row,Order,Date,Email,Status,Total,Currency,Discount\nx,x1,2025-01-01,one@a.example,placed,9,EUR,\n",
                map: Self.orders.replacing("source: shop", with: "source: other"))
            _ = try await fit(house)
            let one = try await house.rapport.database.read { db in try People.find("c5@a.example", in: db) }
            let before = try await house.count(
                "SELECT COUNT(*) FROM membership JOIN segments ON segments.id = membership.segment WHERE segments.name = 'vital_few'"
            )
            #expect(before > 0)
            try await house.revert(report.id)
            _ = try await house.rapport.eraser.erase(try #require(one), actor: "test", at: house.rapport.clock.now)
            try await house.rapport.stepping {}
            let (profiles, _) = try await fit(house)
            #expect(profiles.profiles.count == 29)
            #expect(try await members(house, "hibernating").isDisjoint(with: ["one", "c5"]))
        }
    }
}
