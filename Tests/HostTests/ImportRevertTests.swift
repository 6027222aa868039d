import Foundation
import RapportCore
import RapportHost
import RapportIntegration
import RapportStorage
import RapportTestKit
import Testing

@Suite("an import taken back")
struct ImportRevertTests {
    static let crm = """
        id,email,phone,first,city
        1,ann@a.example,+442079460001,Ann,Paris
        2,bo@a.example,,Bo,Rome
        3,cy@a.example,+442079460003,Cy,Paris
        """
    static let crmMap = """
        source: crm
        as: people
        key: id
        identifiers: {email: email, phone: phone, external.crm: id}
        fields: {first_name: first, city: city}
        """
    /// Ann again with another city, Bo by phone only, and two whom nobody knew.
    static let shop = """
        no,email,phone,first,city,order,total,news
        11,ANN@a.example,,Annie,London,o1,10,yes
        12,,+442079460003,Cyril,Berlin,o2,20,no
        13,dee@a.example,+442079460009,Dee,Paris,o3,30,no
        14,eve@a.example,,Eve,Paris,o4,40,yes
        14,eve@a.example,,Eve,Paris,o5,50,no
        """
    static let shopMap = """
        source: shop
        currency: EUR
        records:
          - as: people
            identifiers: {email: email, phone: phone, external.shop: no}
            fields: {first_name: first, city: city}
          - as: orders
            order: order
            total: {column: total, number: true}
            identifiers: {external.shop: no}
          - as: permissions
            when: {column: news, is: "yes"}
            identifiers: {email: email}
            brand: {constant: grocer}
            topic: news
            channel: email
        """
    static let optOuts = "email,why\nbo@a.example,unsubscribed\nzoe@a.example,unsubscribed\neve@a.example,bounce\n"
    static let optOutMap = """
        source: old
        as: suppressions
        identifiers: {email: email}
        reason: {column: why}
        channel: email
        """
    static let segments = ["parisians": "city = \"Paris\"", "buyers": "count(order.placed) >= 1"]

    private func email(_ name: String) -> Identifier { Identifier(kind: "email", value: "\(name)@a.example") }

    @Test("leaves everything as it was before", arguments: DatabaseKind.available)
    func exact(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await house.segments(Self.segments)
            try await house.bring("crm.csv", Self.crm, map: Self.crmMap)
            let before = try await house.everything()
            let shop = try await house.bring("shop.csv", Self.shop, map: Self.shopMap)
            #expect(shop.progress.rejected == 0, "\(shop.problems)")
            #expect(try await house.everything() != before)
            let report = try await house.revert(shop.id)
            #expect(Int64(report.removed) == shop.progress.added)
            #expect(report.kept == 0)
            #expect(report.people == 3)
            let after = try await house.everything()
            #expect(after == before, "\(Set(after).symmetricDifference(before).sorted())")
            // And it can come again, as if for the first time.
            let again = try await house.bring("shop.csv", Self.shop, map: Self.shopMap)
            #expect(again.progress.added == shop.progress.added)
            try await house.revert(again.id)
            #expect(try await house.everything() == before)
        }
    }

    @Test("gives what others said too to the next who said it", arguments: DatabaseKind.available)
    func first(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let crm = try await house.bring("crm.csv", Self.crm, map: Self.crmMap)
            try await house.bring("shop.csv", Self.shop, map: Self.shopMap)
            try await house.revert(crm.id)
            // Ann, Dee, Eve of the shop, and the one behind Cy's phone; Bo is gone.
            #expect(try await house.count("SELECT COUNT(*) FROM people WHERE state = 0") == 4)
            #expect(try await house.count("SELECT COUNT(*) FROM identifiers WHERE value = 'ann@a.example' AND holder = 0") == 1)
            #expect(try await house.count("SELECT COUNT(*) FROM identifiers WHERE value = 'bo@a.example'") == 0)
            let answers = try await house.say("page.viewed", [email("ann")])
            guard case .accepted(_, let ann)? = answers.first else {
                Issue.record("refused")
                return
            }
            #expect(try await house.count("SELECT COUNT(*) FROM golden WHERE person = \(ann)") == 1)
            #expect(try await house.count("SELECT COUNT(*) FROM people WHERE state = 0") == 4)
        }
    }

    @Test("keeps opt-outs with the addresses they hold for, unless they are asked for", arguments: DatabaseKind.available)
    func optOuts(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await house.bring("crm.csv", Self.crm, map: Self.crmMap)
            let before = try await house.everything()
            let old = try await house.bring("old.csv", Self.optOuts, map: Self.optOutMap)
            #expect(old.progress.added == 3, "\(old.problems)")
            let report = try await house.revert(old.id)
            #expect(report.removed == 0)
            #expect(report.kept == 3)
            #expect(try await house.count("SELECT COUNT(*) FROM withdrawals") == 2)
            #expect(try await house.count("SELECT COUNT(*) FROM suppressions") == 1)
            #expect(try await house.count("SELECT COUNT(*) FROM identifiers WHERE value = 'zoe@a.example'") == 1)
            // Known already: it comes in no second time.
            #expect(try await house.bring("old.csv", Self.optOuts, map: Self.optOutMap).progress.added == 0)
            await #expect(throws: Problem.self) { try await house.revert(old.id) }
            let all = try await house.revert(old.id, optOuts: true)
            #expect(all.removed == 3)
            let after = try await house.everything()
            #expect(after == before, "\(Set(after).symmetricDifference(before).sorted())")
        }
    }

    @Test("keeps a person of whom something else is known, without what the import said", arguments: DatabaseKind.available)
    func live(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let shop = try await house.bring("shop.csv", Self.shop, map: Self.shopMap)
            try await house.say("page.viewed", [email("dee")])
            try await house.rapport.database.write { db in
                let eve = try db.integer("SELECT person FROM identifiers WHERE value = 'eve@a.example'") ?? 0
                try db.run(
                    """
                    INSERT INTO messages (person, act, partition, address, state, at, attempts, epoch, reason)
                    VALUES (\(eve), 1, 1, 1, 4, 1, 1, 0, 0)
                    """)
            }
            try await house.revert(shop.id)
            #expect(try await house.count("SELECT COUNT(*) FROM people WHERE state = 0") == 1)
            #expect(try await house.count("SELECT COUNT(*) FROM identifiers") == 1)
            #expect(try await house.count("SELECT COUNT(*) FROM identifiers WHERE batch = 0 AND holder = 0") == 1)
            #expect(try await house.count("SELECT COUNT(*) FROM golden") == 0)
            #expect(try await house.count("SELECT COUNT(*) FROM words") == 0)
            #expect(try await house.count("SELECT COUNT(*) FROM events") == 1)
            // Eve got a message: she stays as a number.
            #expect(try await house.count("SELECT COUNT(*) FROM people WHERE state = 2") == 1)
            #expect(try await house.count("SELECT COUNT(*) FROM messages") == 1)
        }
    }

    @Test("makes a visitor one again whom only the import had recognised", arguments: DatabaseKind.available)
    func visitors(kind: DatabaseKind) async throws {
        let map = "source: app\nas: people\nidentifiers: {email: Email, device: Device}\nfields: {first_name: First}"
        let rows = "Email,Device,First\nann@a.example,d1,Ann\nnew@a.example,d2,New\nbo@a.example,d3,Bo\n"
        try await ImportHouse.with(kind) { house in
            func device(_ value: String) -> Identifier { Identifier(kind: "device", value: value) }
            for number in 1...3 { try await house.say("page.viewed", [device("d\(number)")]) }
            try await house.say("page.viewed", [email("ann")])
            try await house.say("page.viewed", [email("bo")])
            // Bo has said so himself, and stays.
            try await house.say("page.viewed", [email("bo"), device("d3")])
            let before = try await house.everything()
            let merged = try await house.count("SELECT COUNT(*) FROM merges")
            let report = try await house.bring("app.csv", rows, map: map)
            #expect(try await house.count("SELECT COUNT(*) FROM merges") == merged + 1, "ann's visitor")
            #expect(try await house.count("SELECT COUNT(*) FROM people WHERE anonymous = 1 AND state = 0") == 0)
            try await house.revert(report.id)
            let after = try await house.everything()
            #expect(after == before, "\(Set(after).symmetricDifference(before).sorted())")
            #expect(try await house.count("SELECT COUNT(*) FROM merges") == merged)
        }
    }

    @Test("cannot be resumed, nor taken back twice", arguments: DatabaseKind.available)
    func twice(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let plan = try await house.plan("crm.csv", Self.crm, map: Self.crmMap)
            let importer = try await house.rapport.importer()
            let report = try await house.rapport.stepping { try await importer.run(plan) }
            // As if it had been killed.
            let id = report.id
            _ = try await house.rapport.database.write { db in try db.run("UPDATE imports SET state = 0 WHERE id = \(id)") }
            try await house.revert(id)
            let problem = await #expect(throws: Problem.self) { try await house.revert(id) }
            #expect(problem?.code == "import.reverted")
            let again = try await house.rapport.stepping { try await importer.run(plan) }
            #expect(again.id != id)
            #expect(!again.resumed)
            #expect(again.progress.added == 3)
            #expect(try await house.count("SELECT COUNT(*) FROM imports WHERE id = \(id) AND state = 4") == 1)
        }
    }
}
