import RapportCore
import RapportEngagement
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Testing

@Suite("The permission ledger")
struct PermissionLedgerTests {
    @Test(
        "an opt-out counts from the transaction that accepts it, and stands in the ledger once", arguments: DatabaseKind.available
    )
    func atOnce(kind: DatabaseKind) async throws {
        try await DecisionShop.with(kind) { shop in
            try await shop.consents("ann@example.org")
            try await shop.lab.drain()
            #expect(try await shop.decide("ann@example.org") == ["send"])

            try await shop.accept("permission.withdrawn", "ann@example.org", ["topic": "offers", "channel": "email"])
            #expect(try await shop.decide("ann@example.org") == ["permission.withdrawn"])
            try await shop.lab.drain()
            #expect(try await shop.decide("ann@example.org") == ["permission.withdrawn"])
            let rows = try await shop.lab.database.read { db in try db.integer("SELECT COUNT(*) FROM withdrawals") }
            #expect(rows == 1)
        }
    }

    @Test("no import lifts a withdrawal or an objection; the person's own act does", arguments: DatabaseKind.available)
    func imports(kind: DatabaseKind) async throws {
        try await DecisionShop.with(kind) { shop in
            let noon = DecisionShop.noon
            let proof: JSONValue = ["imported": true, "date": "2026-05-03", "where": "till", "wording": "v1"]
            try await shop.accept("permission.withdrawn", "ben@example.org", at: noon - .hours(9))
            try await shop.consents("ben@example.org", at: noon - .hours(1), proof)
            try await shop.lab.drain()
            #expect(try await shop.decide("ben@example.org") == ["permission.withdrawn"])
            try await shop.consents("ben@example.org", at: noon - .hours(1))
            try await shop.lab.drain()
            #expect(try await shop.decide("ben@example.org") == ["send"])

            try await shop.accept("objection.made", "ben@example.org", at: noon - .hours(3))
            try await shop.accept("objection.lifted", "ben@example.org", ["imported": true], at: noon - .hours(2))
            #expect(try await shop.decide("ben@example.org") == ["objection"])
            try await shop.accept("objection.lifted", "ben@example.org", at: noon - .hours(2))
            #expect(try await shop.decide("ben@example.org") == ["send"])

            // What was lifted before it was made again stands.
            try await shop.accept("objection.made", "ben@example.org", at: noon - .hours(1))
            #expect(try await shop.decide("ben@example.org") == ["objection"])
        }
    }

    @Test("a hard bounce suppresses the address for whoever has it, and no import frees it", arguments: DatabaseKind.available)
    func bounces(kind: DatabaseKind) async throws {
        try await DecisionShop.with(kind) { shop in
            try await shop.consents("cem@example.org")
            try await shop.lab.drain()
            let address = JSONValue.integer(AddressHash.of(Identifier(kind: "email", value: "cem@example.org")))
            try await shop.accept("message.bounced", "cem@example.org", ["bounce": "soft", "address": address])
            #expect(try await shop.decide("cem@example.org") == ["send"])
            try await shop.accept("message.bounced", "cem@example.org", ["bounce": "hard", "address": address])
            #expect(try await shop.decide("cem@example.org") == ["suppressed.bounce"])
            try await shop.accept("address.released", "cem@example.org", ["imported": true, "address": address])
            #expect(try await shop.decide("cem@example.org") == ["suppressed.bounce"])
            try await shop.accept("address.released", "cem@example.org", ["address": address])
            #expect(try await shop.decide("cem@example.org") == ["send"])
        }
    }

    @Test("an imported permission without date, source or wording is unproven", arguments: ["date", "where", "wording"])
    func unproven(missing: String) async throws {
        try await DecisionShop.with(.sqlite) { shop in
            let all: [JSONValue.Member] = [
                .init("imported", true), .init("date", "2026-05-01"), .init("where", "till"), .init("wording", "v1"),
            ]
            try await shop.consents("dee@example.org", .object(all.filter { $0.name != missing }))
            try await shop.consents("eve@example.org", .object(all))
            try await shop.lab.drain()
            #expect(try await shop.decide("dee@example.org", "eve@example.org") == ["permission.unproven", "send"])
        }
    }

    @Test("a restriction holds until it is lifted, and folding again changes nothing", arguments: DatabaseKind.available)
    func restriction(kind: DatabaseKind) async throws {
        try await DecisionShop.with(kind) { shop in
            try await shop.consents("fay@example.org")
            try await shop.accept("processing.restricted", "fay@example.org", at: DecisionShop.noon - .hours(2))
            try await shop.lab.drain()
            #expect(try await shop.decide("fay@example.org") == ["restricted"])
            try await shop.accept(
                "processing.released", "fay@example.org", ["imported": true], at: DecisionShop.noon - .hours(1))
            #expect(try await shop.decide("fay@example.org") == ["restricted"])
            try await shop.accept("processing.released", "fay@example.org", at: DecisionShop.noon - .hours(1))
            try await shop.lab.drain()
            #expect(try await shop.decide("fay@example.org") == ["send"])

            let (before, person) = (try await shop.lab.fingerprints(), try await shop.person("fay@example.org"))
            try await shop.lab.database.write { [shop] db in
                let step = StepContext(
                    db: db, partition: 0, now: DecisionShop.noon, wall: DecisionShop.noon, catalog: shop.lab.catalog)
                for fold in shop.lab.folds.dropFirst(2) { try fold.refold([person], in: step) }
            }
            #expect(try await shop.lab.fingerprints() == before)
        }
    }

    @Test("the sample rules, topics, guards and standings are in order")
    func samples() async throws {
        let root = #filePath.split(separator: "/").dropLast(4).reduce(into: "") { $0 += "/\($1)" }
        try await DecisionShop.with(.sqlite) { shop in
            let names = ["default", "eu", "de", "fr", "gb", "us", "ca"].map { "permission/\($0)" }
            for file in names + ["topics", "guards", "standings"] {
                let node = try YAMLNode(file: "\(root)/config/\(file).yaml")
                for entry in try node.mapping() {
                    let handler = try #require(shop.handlers.first { $0.section == entry.name })
                    for definition in try entry.node.mapping() {
                        try await shop.apply(handler.kind, definition.name, definition.node.json)
                    }
                }
            }
            let policy = try await shop.lab.database.write { [shop] db in
                try shop.book.current(at: DecisionShop.noon, in: db)
            }
            let de = try #require(Country("DE"))
            let email = try await shop.lab.database.read { [shop] db in try shop.lab.catalog.existingSymbol("email", in: db) }
            let channel = try #require(email)
            let rule = try #require(
                policy.decision.rules.speaking(country: de, channel: channel, capacity: .person, topicClass: .marketing))
            #expect(policy.decision.rules[rule].sufficient.first?.needsConfirmation == true)
            #expect(policy.decision.caps.count == 4)
            #expect(policy.zone == "Europe/Berlin")
        }
    }
}
