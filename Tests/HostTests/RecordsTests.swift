import RapportCore
import RapportHost
import RapportIntegration
import RapportStorage
import RapportTestKit
import Testing

/// Companies, products and orders as records of their own.
@Suite("Records")
struct RecordsTests {
    private static let companies = """
        source: crm
        as: accounts
        key: Id
        fields: {name: Company, city: Town}
        keep: true
        """
    private static let people = """
        source: crm
        as: people
        key: Id
        account: Company
        identifiers: {email: Email}
        fields: {first_name: First}
        """

    private func account(_ name: String, _ house: ImportHouse) async throws -> HouseRecord? {
        try await house.rapport.database.read { db in try HouseRecord.find(.account, name, in: db) }
    }

    @Test(
        "a company is one record: a later file changes it, its people are linked to it, and it is found by the beginnings of its name",
        arguments: DatabaseKind.available)
    func companies(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await house.bring(
                "a.csv", "Id,Company,Town,Staff\nA1,North Wind Ltd,Leeds,12\nA2,Süd AG,Ulm,\n", map: Self.companies)
            try await house.bring(
                "p.csv", "Id,Company,Email,First\n1,A1,ann@n.example,Ann\n2,A1,bo@n.example,Bo\n", map: Self.people)
            try await house.bring("b.csv", "Id,Company,Town,Staff\nA1,North Wind plc,Leeds,15\n", map: Self.companies)
            let north = try #require(try await account("crm:A1", house))
            #expect(north.name == "North Wind plc")
            #expect(JSONValue.object(north.fields)["staff"] == "15")
            #expect(JSONValue.object(north.fields)["city"] == "Leeds")
            try await house.rapport.database.read { db in
                #expect(try north.people(in: db).count == 2)
                for text in ["nor win", "a1", "NORTH", "plc"] {
                    #expect(try HouseRecord.search(.account, text, in: db).map(\.external) == ["A1"], "\(text)")
                }
                #expect(try HouseRecord.search(.account, "sud", in: db).map(\.external) == ["A2"])
                #expect(try HouseRecord.search(.account, "ltd", in: db).isEmpty, "the former name is gone")
                let ann = try #require(try People.find("ann@n.example", in: db))
                #expect(try People.accounts(of: ann, in: db).map(\.name) == ["North Wind plc"])
            }
        }
    }

    @Test(
        "a company's id begins with when it was first heard of, as people's do, and stays when more is said",
        arguments: DatabaseKind.available)
    func publicID(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            func said() async throws -> Timestamp { try await house.rapport.database.read { db in try db.now() } }
            func id() async throws -> String { try #require(try await account("crm:A1", house)?.publicID) }
            let before = try await said()
            try await house.bring("a.csv", "Id,Company,Town\nA1,North Wind,Leeds\n", map: Self.companies)
            let after = try await said()
            let first = try await id()
            let time = try #require(Int64(first.replacing("-", with: "").prefix(12), radix: 16))
            #expect((before.milliseconds...after.milliseconds).contains(time))
            try await house.bring("b.csv", "Id,Company,Town\nA1,North Wind,York\n", map: Self.companies)
            #expect(try await id() == first)
        }
    }

    @Test("a company's import can be taken back exactly, also one in between", arguments: DatabaseKind.available)
    func reverting(kind: DatabaseKind) async throws {
        func state(_ house: ImportHouse) async throws -> [String] {
            try await house.rapport.database.read { db in
                try db.all("SELECT source, external, name, public_id FROM accounts ORDER BY source, external") {
                    "\($0.integer(0)) \($0.text(1)) \($0.text(2)) \($0.text(3))"
                }
                    + db.all("SELECT word, id FROM record_words ORDER BY record, word, id") { "\($0.text(0)) \($0.integer(1))" }
                    + db.all(
                        "SELECT external, position FROM record_events ORDER BY record, source, external, partition, position"
                    ) {
                        "\($0.text(0))"
                    }
            }
        }
        try await ImportHouse.with(kind) { house in
            try await house.bring("a.csv", "Id,Company,Town\nA1,North Wind,Leeds\n", map: Self.companies)
            let before = try await state(house)
            let second = try await house.bring(
                "b.csv", "Id,Company,Town\nA1,South Wind,York\nA2,Other,Ulm\n", map: Self.companies)
            #expect(try await state(house) != before)
            try await house.revert(second.id)
            #expect(try await state(house) == before)
            let again = try await house.bring("b.csv", "Id,Company,Town\nA1,South Wind,York\nA2,Other,Ulm\n", map: Self.companies)
            #expect(again.progress.added == 2, "what was taken back can come again")
        }
    }

    @Test(
        "a row that goes from A to B and back to A over three files ends as A; each file twice changes nothing",
        arguments: DatabaseKind.available)
    func backAndForth(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let map = "source: crm\nas: people\nkey: Id\nidentifiers: {email: Email}\nfields: {city: Town}"
            func added(_ name: String, _ text: String) async throws -> Int64 {
                try await house.bring(name, text, map: map).progress.added
            }
            func file(_ town: String) -> String { "Id,Email,Town\n1,ann@a.example,\(town)\n2,bo@a.example,Rome\n" }
            func town() async throws -> String? {
                try await house.rapport.database.read { db in
                    let ann = try #require(try People.find("ann@a.example", in: db))
                    return try People.record(of: ann, in: db)?["city"]?.text
                }
            }
            for (name, city, expected) in [("1", "York", 2), ("2", "Leeds", 1), ("3", "York", 1), ("4", "Leeds", 1)]
                as [(String, String, Int64)]
            {
                let first = try await added("\(name).csv", file(city))
                #expect(first == expected)
                #expect(try await town() == city)
                let again = try await added("\(name).csv", file(city))
                #expect(again == 0, "\(name) again")
                #expect(try await town() == city)
            }
            // A file that says one thing and then another ends with the other, and says nothing new the second time.
            let both = "Id,Email,Town\n1,ann@a.example,Bath\n1,ann@a.example,Hull\n1,ann@a.example,Bath\n1,ann@a.example,Hull\n"
            #expect(try await house.bring("5.csv", both, map: map).progress.added == 4)
            #expect(try await town() == "Hull")
            // Under another name it is the same file.
            #expect(try await house.bring("copy-of-5.csv", both, map: map).progress.added == 0)
            // What another file says in between makes it news again.
            #expect(try await added("6.csv", file("Oslo")) == 1)
            #expect(try await house.bring("5.csv", both, map: map).progress.added == 4)
            #expect(try await town() == "Hull")
        }
    }

    @Test("taking back the file in the middle leaves what the others said", arguments: DatabaseKind.available)
    func middle(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let map = "source: crm\nas: people\nkey: Id\nidentifiers: {email: Email}\nfields: {city: Town}"
            try await house.bring("1.csv", "Id,Email,Town\n1,ann@a.example,York\n", map: map)
            let before = try await house.everything()
            let second = try await house.bring("2.csv", "Id,Email,Town\n1,ann@a.example,Leeds\n", map: map)
            try await house.revert(second.id)
            #expect(try await house.everything() == before)
            #expect(try await house.bring("2.csv", "Id,Email,Town\n1,ann@a.example,Leeds\n", map: map).progress.added == 1)
        }
    }

    private static let orders = """
        source: shop
        currency: EUR
        as: orders
        order: Order
        key: Row
        at: {column: Date, time: YYYY-MM-DD}
        identifiers: {email: Email}
        state: Status
        total: {column: Total, number: true}
        """

    @Test(
        "refunds in parts, returns and cancellations are linked to their order by its number, whoever says so",
        arguments: DatabaseKind.available)
    func orders(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await house.bring(
                "o.csv",
                """
                Row,Order,Date,Email,Status,Total
                1,100,2025-01-01,ann@a.example,placed,30
                2,100,2025-01-02,ann@a.example,paid,30
                3,100,2025-01-05,ann@a.example,refunded,10
                4,100,2025-01-06,ann@a.example,refunded,10
                5,101,2025-01-01,ann@a.example,placed,5
                6,101,2025-01-02,ann@a.example,cancelled,5
                """, map: Self.orders)
            try await house.say(
                "order.refunded", [Identifier(kind: "email", value: "ann@a.example")],
                ["order": "100", "amount": "2.50", "currency": "EUR"], source: "helpdesk")
            try await house.rapport.database.read { db in
                let order = try #require(try Order.find("100", in: db).first)
                #expect(order.state == "partly_refunded")
                #expect(order.total == 3_000)
                #expect(order.refunded == 2_250)
                #expect(order.net == 750)
                let placed = try #require(order.events.first { $0.kind == "order.placed" })
                #expect(order.events.count == 5)
                #expect(order.events.filter { $0.ref != placed.ref }.allSatisfy { $0.causedBy == placed.ref })
                #expect(placed.causedBy == nil)
                let cancelled = try #require(try Order.find("101", in: db).first)
                #expect(cancelled.state == "cancelled")
                #expect(cancelled.net == 0)
                let ann = try #require(try People.find("ann@a.example", in: db))
                #expect(try Order.of(ann, in: db).map(\.number).sorted() == ["100", "101"])
            }
        }
    }

    @Test("two refunds of one order without a key of their own stay two, and the same file brings none again")
    func partialRefunds() async throws {
        try await ImportHouse.with(.sqlite) { house in
            let map = Self.orders.replacing("key: Row\n", with: "")
            let file = """
                Order,Date,Email,Status,Total
                100,2025-01-01,ann@a.example,placed,30
                100,2025-01-05,ann@a.example,refunded,10
                100,2025-01-05,ann@a.example,refunded,10
                """
            #expect(try await house.bring("o.csv", file, map: map).progress.added == 3)
            #expect(try await house.bring("o.csv", file, map: map).progress.added == 0)
            let order = try await house.rapport.database.read { db in try Order.find("100", in: db).first }
            #expect(order?.refunded == 2_000)
        }
    }

    @Test(
        "rows whose key or order number is empty are rejected with line and reason, and take nobody with them",
        arguments: DatabaseKind.available)
    func emptyKeys(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let map = "source: crm\nas: people\nkey: Id\nidentifiers: {email: Email}"
            let report = try await house.bring(
                "p.csv", "Id,Email\n,ann@a.example\n  ,bo@a.example\n3,cy@a.example\n", map: map)
            #expect(report.progress.added == 1)
            #expect(report.progress.rejected == 2)
            #expect(report.problems.map(\.place?.line) == [2, 3])
            #expect(report.problems.allSatisfy { $0.code == "import.no_key" })
            let orders = try await house.bring(
                "o.csv",
                "Row,Order,Date,Email,Status,Total\n1,,2025-01-01,ann@a.example,placed,1\n2,,2025-01-01,bo@a.example,placed,2\n",
                map: Self.orders)
            #expect(orders.progress.added == 0)
            #expect(orders.progress.rejected == 2)
        }
    }

    @Test("columns that nobody names come along where the mapping keeps them")
    func keeping() async throws {
        try await ImportHouse.with(.sqlite) { house in
            let map = "source: t\nas: events\nkind: visit.made\nidentifiers: {email: Email}\nkeep: true"
            try await house.bring("v.csv", "Email,Shop Name,Empty,Note\nann@a.example,High Street,,x\n", map: map)
            let text = try await house.rapport.database.read { db in
                try db.text("SELECT properties FROM events")
            }
            #expect(try JSONValue(parsing: text ?? "") == ["shop_name": "High Street", "note": "x"])
        }
    }
}
