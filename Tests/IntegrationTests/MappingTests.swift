import RapportCore
import RapportPluginKit
import RapportStorage
import Testing

@testable import RapportIntegration

@Suite("mappings")
struct MappingTests {
    static let fields = FieldCatalog(FieldDefinition.builtIn.enumerated().map { .init(slot: $0 + 1, definition: $1) })
    static let said = Timestamp(milliseconds: 1_700_000_000_000)

    private func map(
        _ yaml: String, _ row: [(String, JSONValue)], house: MappingDefaults = MappingDefaults()
    ) throws -> Mapper.Outcome {
        let mapping = try Mapping(YAMLNode(parsing: yaml, name: "map.yaml"), house: house)
        let mapper = Mapper(mapping, source: mapping.source ?? "test", fields: Self.fields, said: Self.said)
        return mapper.map(SourceRecord(stream: "a.csv", line: 2, names: row.map(\.0), values: row.map(\.1)))
    }

    @Test("an amount that names another currency than its order has is refused, and so is what only Rapport itself says")
    func refusals() throws {
        let order = """
            source: till
            currency: EUR
            as: orders
            order: no
            identifiers: {email: mail}
            total: {column: total, number: "."}
            """
        func codes(_ yaml: String, _ row: [(String, JSONValue)]) throws -> [String] { try map(yaml, row).problems.map(\.code) }
        let who: [(String, JSONValue)] = [("no", "1"), ("mail", "ann@a.example")]
        #expect(try codes(order, who + [("total", "5 USD")]) == ["import.other_currency"])
        #expect(try codes(order, who + [("total", "5 EUR")]).isEmpty)
        #expect(try codes(order, who + [("total", "12,50")]) == ["import.bad_number"])
        let event = """
            source: till
            as: events
            kind: {column: kind}
            identifiers: {email: mail}
            """
        for kind in ["person.erased", "objection.lifted", "segment.entered"] {
            #expect(try codes(event, who + [("kind", .string(kind))]) == ["import.own_kind"])
        }
        #expect(try codes(event, who + [("kind", "visit.made")]).isEmpty)
    }

    @Test(
        "a permission is given to the house's only brand where none is named; to nobody, or to one that is not there, it is refused"
    )
    func brands() throws {
        func brand(_ said: String, status: String = "granted", of brands: [String]) throws -> String? {
            let yaml = """
                as: permissions
                identifiers: {email: mail}
                brand: {column: brand}
                status: {column: status}
                """
            let row: [(String, JSONValue)] = [("mail", "ann@a.example"), ("brand", .string(said)), ("status", .string(status))]
            let outcome = try map(yaml, row, house: MappingDefaults(brands: brands))
            return try outcome.problems.first?.code ?? #require(outcome.events.first).event.properties["brand"]?.string
        }
        #expect(try brand("", of: ["shop"]) == "shop")
        #expect(try brand("", of: ["shop", "club"]) == "import.no_brand")
        #expect(try brand("Club", of: ["shop", "club"]) == "Club")
        #expect(try brand("clubb", of: ["shop", "club"]) == "import.unknown_brand")
        #expect(try brand("any", of: []) == "any")
        #expect(try brand("", of: []) == nil)
        #expect(try brand("", status: "withdrawn", of: ["shop"]) == nil, "whoever leaves without a word leaves every brand")
        #expect(try brand("old", status: "withdrawn", of: ["shop"]) == "old")
    }

    @Test("what is rejected says what to do")
    func remedies() throws {
        let yaml = """
            as: people
            identifiers: {email: mail}
            fields:
              birthday: {column: born, date: DD.MM.YYYY}
              country: {column: land, values: {England: GB}}
            """
        // The first that is wrong with a record rejects it.
        let problems = try [("31/31/2020", "England"), ("31.12.2020", "Wales")].flatMap { born, land in
            try map(yaml, [("mail", "ann@a.example"), ("born", .string(born)), ("land", .string(land))]).problems
        }
        #expect(problems.map(\.code) == ["import.bad_date", "import.unknown_value"])
        #expect(problems.allSatisfy { $0.remedy != nil })
        let unknown = try #require(problems.first { $0.code == "import.unknown_value" })
        let reject = Imports.Reject(unknown, line: 2, raw: "")
        #expect(reject.reason == "\"Wales\" is not in the table of values. Add it to the mapping's values, or say else: keep")
    }

    @Test("a person is made of identifiers and fields: renamed, joined, translated, dated")
    func people() throws {
        let outcome = try map(
            """
            source: crm
            region: GB
            as: people
            key: Id
            at: {column: Changed, time: "DD.MM.YYYY HH:mm", zone: Europe/Berlin}
            identifiers: {email: E-Mail, phone: Phone, external.crm: Id}
            fields:
              first_name: {column: Name, split: " ", part: 1}
              last_name: {column: Name, split: " ", part: -1}
              name: {concat: [Title, Name], with: " "}
              country: {column: Land, values: {Deutschland: DE, England: GB}}
              birthday: {column: Born, date: D/M/YYYY}
              city: {coalesce: [Town, {constant: Nowhere}]}
              language: {constant: en}
            """,
            [
                ("Id", "K-7"), ("E_Mail", " Ann.Lee@Example.ORG "), ("Phone", "07911 123456"), ("Name", "Ann Lee"), ("Title", ""),
                ("Land", "deutschland"), ("Born", "3/4/1980"), ("Town", ""), ("Changed", "01.07.2024 12:30"),
            ])
        #expect(outcome.problems.isEmpty)
        let event = try #require(outcome.events.first?.event)
        #expect(event.kind == "person.identified")
        #expect(
            Set(event.identifiers.map { "\($0.kind) \($0.value)" }) == [
                "email ann.lee@example.org", "phone +447911123456", "external.crm k-7",
            ])
        #expect(event.properties["fields"]?["country"] == "DE")
        #expect(event.properties["fields"]?["city"] == "Nowhere")
        #expect(event.personal?["fields"]?["first_name"] == "Ann")
        #expect(event.personal?["fields"]?["last_name"] == "Lee")
        #expect(event.personal?["fields"]?["name"] == "Ann Lee")
        #expect(event.personal?["fields"]?["birthday"] == "1980-04-03")
        #expect(event.occurredAt?.rfc3339 == "2024-07-01T10:30:00.000Z")
        #expect(event.history)
    }

    @Test("an order keeps its currency and its amounts as they were, a refund is an event of its own")
    func orders() throws {
        let yaml = """
            source: shop
            currency: EUR
            as: orders
            order: Nr
            at: {column: Datum, time: DD.MM.YYYY, zone: UTC}
            identifiers: {external.shop: Kunde}
            state: {column: Status, values: {neu: placed, erstattet: refunded}}
            total: {column: Betrag, number: ","}
            """
        let placed = try map(
            yaml, [("Nr", "A1"), ("Datum", "05.01.2024"), ("Kunde", "9"), ("Status", "neu"), ("Betrag", "1.234,50 €")])
        let event = try #require(placed.events.first?.event)
        #expect(event.kind == "order.placed")
        #expect(event.properties["total"] == .decimal("1234.50"))
        #expect(event.properties["currency"] == "EUR")
        let refund = try map(
            yaml, [("Nr", "A1"), ("Datum", "06.01.2024"), ("Kunde", "9"), ("Status", "erstattet"), ("Betrag", "-10")])
        #expect(refund.events.first?.event.kind == "order.refunded")
        #expect(refund.events.first?.event.properties["amount"] == .integer(-10))
        #expect(refund.events.first?.content != placed.events.first?.content)
    }

    @Test("a permission carries its date, place and wording, or it lacks them")
    func permissions() throws {
        let yaml = """
            as: permissions
            identifiers: {email: Email}
            channel: email
            topic: news
            at: Date
            where: {column: Form}
            wording: {column: Text}
            """
        let proven = try map(
            yaml, [("Email", "a@b.example"), ("Date", "2024-01-01"), ("Form", "/signup"), ("Text", "Yes, write me")])
        #expect(proven.events.first?.event.properties["date"] == "2024-01-01T00:00:00.000Z")
        #expect(proven.events.first?.event.kind == "permission.granted")
        let bare = try map(yaml, [("Email", "a@b.example"), ("Date", ""), ("Form", "/signup"), ("Text", "")])
        #expect(bare.events.first?.event.properties["date"] == nil)
    }

    @Test(
        "suppressions tell bounces and complaints from people who said no",
        arguments: [
            ("cleaned", "message.bounced"), ("spam", "message.complained"), ("unsubscribed", "permission.withdrawn"),
            ("objected", "objection.made"),
        ])
    func suppressions(word: String, kind: String) throws {
        let outcome = try map(
            "as: suppressions\nidentifiers: {email: Email}\nreason: {column: Why}",
            [("Email", "a@b.example"), ("Why", .string(word))])
        #expect(outcome.events.first?.event.kind == kind)
    }

    @Test("what does not fit is named with its field")
    func problems() throws {
        let yaml = "as: people\nidentifiers: {email: Email}\nfields: {birthday: {column: Born, date: YYYY-MM-DD}}"
        #expect(try map(yaml, [("Email", "a@b.example"), ("Born", "31.12.1980")]).problems.map(\.place?.path) == ["birthday"])
        #expect(try map(yaml, [("Email", "nobody"), ("Born", "")]).problems.map(\.code) == ["identifier.email"])
        #expect(try map(yaml, [("Email", ""), ("Born", "")]).problems.map(\.code) == ["import.nobody"])
        #expect(try map(yaml, [("Email", "a@b.example"), ("Born", "")]).problems.isEmpty)
    }

    @Test(
        "a mapping is refused with line, column and the nearest key",
        arguments: [
            ("as: people\nidentifers: {email: a}", "map.yaml:2:1: identifers: unknown key, did you mean \"identifiers\"?"),
            ("as: peeple", "peeple"), ("as: people\nidentifiers: {}", "identifiers"),
            ("as: events\nidentifiers: {email: a}", "kind"),
            ("as: people\nidentifiers: {email: {column: a, date: DD}}", "names no year"),
            ("as: people\nidentifiers: {email: a}\nfile: {delimeter: x}", "did you mean \"delimiter\"?"),
            ("as: people\nidentifiers: {email: a}\nfile: {skip: two}", "map.yaml:3"),
            ("as: people\nzone: Mars/Base\nidentifiers: {email: a}", "Mars/Base"),
        ])
    func refusals(yaml: String, reason: String) throws {
        do {
            _ = try Mapping(YAMLNode(parsing: yaml, name: "map.yaml"))
            Issue.record("not refused")
        } catch let problem as Problem {
            #expect(problem.description.contains(reason))
        }
    }

    @Test("a mapping says how its file is written")
    func file() throws {
        let yaml = "as: people\nidentifiers: {email: a}\nfile: {delimiter: \";\", header: 4, skip: 2}"
        let mapping = try Mapping(YAMLNode(parsing: yaml, name: "map.yaml"))
        #expect(mapping.file.map(\.name) == ["delimiter", "header", "skip"])
        #expect(mapping.file.map(\.value) == [.string(";"), .string("4"), .integer(2)])
        #expect(mapping.file.allSatisfy { $0.place.line == 3 })
    }

    @Test("conditions choose which records become what")
    func conditions() throws {
        let yaml = """
            records:
              - {as: people, when: {column: Type, is: person}, identifiers: {email: Email}}
              - {as: events, kind: page.viewed, when: {not: {column: Type, in: [person, x]}}, identifiers: {email: Email}}
            """
        #expect(try map(yaml, [("Type", "Person"), ("Email", "a@b.example")]).events.map(\.event.kind) == ["person.identified"])
        #expect(try map(yaml, [("Type", "y"), ("Email", "a@b.example")]).events.map(\.event.kind) == ["page.viewed"])
        #expect(try map(yaml, [("Type", "x"), ("Email", "a@b.example")]).events.isEmpty)
    }

    @Test(
        "numbers are read as people write them",
        arguments: [
            ("1,234.50", nil, "1234.50"), ("1.234,50", nil, "1234.50"), ("1.234", ",", "1234"), ("12", nil, "12"),
            ("$ 5.00", nil, "5.00"),
            ("(7.5)", nil, "-7.5"), ("1'000.25", nil, "1000.25"), ("0,5", ",", "0.5"),
        ] as [(String, Character?, String)])
    func numbers(text: String, decimal: Character?, expected: String) throws {
        let mark = decimal.map { "\"\($0)\"" } ?? "true"
        let outcome = try map(
            "as: events\nkind: page.viewed\nidentifiers: {email: Email}\nproperties: {n: {column: N, number: \(mark)}}",
            [("Email", "a@b.example"), ("N", .string(text))])
        #expect(outcome.events.first?.event.properties["n"]?.text == expected)
    }

    @Test("common column names are understood without a mapping")
    func guess() throws {
        let mapping = try #require(Mapping.guess(["ID", "E-Mail", "First Name", "Nachname", "PLZ", "Shoe size"], source: "crm"))
        #expect(mapping.records[0].identifiers.map(\.name) == ["external.crm", "email"])
        #expect(mapping.records[0].values.map(\.name) == ["first_name", "last_name", "postcode"])
        #expect(Mapping.guess(["Colour", "Size"], source: "x") == nil)
    }

    @Test(
        "what has a time is dated by the column that says so, or by the only one that has dates",
        arguments: [
            (["day", "note"], ["2026-03-01", "x"], String?.some("at: \"day\"")),
            (
                ["Kaufzeitpunkt", "note"], ["01.03.2026 10:00", "x"],
                "at: {column: \"Kaufzeitpunkt\", time: \"DD.MM.YYYY HH:mm\"}"
            ),
            (["from", "to"], ["2026-03-01", "2026-03-02"], nil), (["size", "note"], ["20260301", "x"], nil),
        ])
    func times(names: [String], values: [String], at: String?) throws {
        let guess = MappingGuess(
            columns: ["order", "email"] + names, rows: [(["1", "a@x.org"] + values).map { .string($0) }], source: "shop")
        #expect(try guess.yaml(.orders).split(separator: "\n").first { $0.hasPrefix("at:") }.map(String.init) == at)
    }

    @Test(
        "a column customer is a number or an address by what it has, and a name is neither",
        arguments: [
            (["4711", "C-17"], String?.some("external.shop")), (["a@x.org", "b1@x.org"], "email"), (["Ann Lee 2", "Bo"], nil),
            (["Ann", "Bo"], nil), ([], nil),
        ])
    func customer(values: [String], kind: String?) {
        let rows = values.map { [JSONValue.string("1"), .string($0), .string("2026-03-01"), .string("5")] }
        let guess = MappingGuess(columns: ["order", "customer", "date", "total"], rows: rows, source: "shop")
        #expect(
            (try? guess.yaml(.orders))?.contains("identifiers:\n  \(kind ?? "none"): \"customer\"") == (kind.map { _ in true }))
    }
}
