import RapportCore
import RapportHost
import RapportIntegration
import RapportPluginKit
import RapportStorage
import RapportTestKit
import Testing

/// Files that say where people work, with whom they live, and what they are to each other.
@Suite("Relations and places from files")
struct ContextImportTests {
    private static let map = """
        source: crm
        records:
          - as: affiliations
            when: {column: what, is: job}
            identifiers: {email: email}
            account: account
            company: company
            role: {column: role, values: {Einkauf: buyer}, else: keep}
            title: title
            primary: main
            since: {column: since, date: DD.MM.YYYY}
            until: {column: until, date: DD.MM.YYYY}
          - as: relations
            when: {column: what, is: tie}
            identifiers: {email: email}
            other: {email: other}
            relation: role
            since: {column: since, date: DD.MM.YYYY}
            until: {column: until, date: DD.MM.YYYY}
          - as: households
            when: {column: what, is: home}
            identifiers: {email: email}
            household: account
            since: {column: since, date: DD.MM.YYYY}
            until: {column: until, date: DD.MM.YYYY}
        """
    private static let accounts = "Key,Name\nA1,North Wind\nA2,South Works\n"
    private static let accountMap = "source: crm\nas: accounts\nkey: Key\nfields: {name: Name}\n"
    private static let people = "email,first\nann@a.example,Ann\nbo@a.example,Bo\n"
    private static let peopleMap = "source: crm\nas: people\nidentifiers: {email: email}\nfields: {first_name: first}\n"
    private static let file = """
        what,email,account,company,role,title,main,other,since,until
        job,ann@a.example,A1,,Einkauf,Head of buying,yes,,01.05.2020,31.12.2023
        job,ann@a.example,A2,,executive,,,,01.01.2024,
        job,bo@a.example,,Small Shop,,,,,,
        tie,ann@a.example,,,child,,,cy@a.example,03.04.2015,
        tie,cy@a.example,,,parent,,,ann@a.example,03.04.2015,
        tie,ann@a.example,,,assistant,,,bo@a.example,01.02.2024,01.02.2025
        home,ann@a.example,H7,,,,,,01.01.2019,
        home,cy@a.example,H7,,,,,,03.04.2015,
        job,ann@a.example,A2,,chief,,,,,
        job,ann@a.example,,,buyer,,,,,
        job,bo@a.example,A1,,buyer,,,,01.01.2024,01.01.2023
        tie,bo@a.example,,,friend,,,bo@a.example,,
        tie,bo@a.example,,,frend,,,ann@a.example,,
        tie,bo@a.example,,,friend,,,,,
        job,bo@a.example,A1,,buyer,,,,31/02/2024,

        """

    private func person(_ name: String, _ house: ImportHouse) async throws -> PersonID {
        try #require(try await house.rapport.database.read { try People.find("\(name)@a.example", in: $0) })
    }

    private func begin(_ house: ImportHouse) async throws {
        try await house.bring("accounts.csv", Self.accounts, map: Self.accountMap)
        try await house.bring("people.csv", Self.people, map: Self.peopleMap)
    }

    @Test(
        "a file brings jobs, ties and homes with their dates; what cannot be is told with its line; twice is once; and it goes again",
        arguments: DatabaseKind.available)
    func story(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            let rapport = house.rapport
            try await begin(house)
            let before = try await house.everything()
            let plan = try await house.plan("context.csv", Self.file, map: Self.map)
            let dry = try await rapport.importer().rehearse(plan)
            #expect(dry.kinds["account.joined"] == 3 && dry.kinds["account.left"] == 1, "\(dry.kinds)")
            #expect(dry.kinds["relation.started"] == 4 && dry.kinds["relation.ended"] == 2)
            #expect(dry.kinds["household.joined"] == 2)
            #expect(dry.progress.rejected == 7 && dry.progress.duplicates == 2)
            #expect(try await house.everything() == before)

            let report = try await house.bring("context.csv", Self.file, map: Self.map)
            #expect(report.progress.added == dry.progress.added)
            let told = report.problems.map { "\($0.place?.line ?? 0) \($0.place?.path ?? "") \($0.code)" }
            #expect(
                told == [
                    "10 role context.unknown_role", "11 account import.missing", "12 until import.bad_period",
                    "13 other context.same_person", "14 relation context.unknown_relation", "15 other.email import.nobody",
                    "16 since import.bad_date",
                ], "\(told)")
            let (ann, bo, cy) = (try await person("ann", house), try await person("bo", house), try await person("cy", house))
            try await rapport.database.read { db in
                let jobs = try People.affiliations(of: ann, in: db)
                #expect(jobs.map(\.title) == ["North Wind", "South Works"])
                #expect(jobs.map(\.affiliation.role) == ["buyer", "executive"])
                #expect(jobs.map { $0.affiliation.since.rfc3339.prefix(10) } == ["2020-05-01", "2024-01-01"])
                #expect(jobs.map { $0.affiliation.until?.rfc3339.prefix(10) } == ["2023-12-31", nil])
                #expect(jobs[0].affiliation.title == "Head of buying" && jobs[0].affiliation.isPrimary)
                #expect(try People.affiliations(of: bo, in: db).map(\.title) == ["Small Shop"])
                let ties = try People.relations(of: ann, in: db)
                #expect(ties.map { "\($0.relation.kind) \($0.other ?? 0)" } == ["child \(cy)", "assistant \(bo)"])
                #expect(ties.last?.relation.until?.rfc3339.prefix(10) == "2025-02-01")
                #expect(try People.relations(of: cy, in: db).map { "\($0.relation.kind) \($0.other ?? 0)" } == ["parent \(ann)"])
                #expect(try People.relations(of: bo, in: db).map(\.relation.kind) == ["assists"])
                let homes = try db.integer(
                    "SELECT COUNT(*) FROM people WHERE household = (SELECT household FROM people WHERE id = \(ann))")
                #expect(homes == 2)
            }
            let once = try await house.everything()
            let again = try await house.bring("context.csv", Self.file, map: Self.map)
            #expect(again.progress.added == 0 && again.progress.duplicates == dry.progress.added + dry.progress.duplicates)
            #expect(try await house.everything() == once)
            #expect(try await rapport.logVerifier().verify().differences.isEmpty)
            try await house.revert(report.id)
            let after = try await house.everything()
            #expect(after == before, "\(Set(after).symmetricDifference(before).sorted())")
        }
    }

    @Test("an end that comes with a later file ends what an earlier one began", arguments: DatabaseKind.available)
    func later(kind: DatabaseKind) async throws {
        try await ImportHouse.with(kind) { house in
            try await begin(house)
            let head = "what,email,account,company,role,title,main,other,since,until\n"
            try await house.bring(
                "one.csv",
                head + "job,bo@a.example,A1,,buyer,,,,01.05.2020,\ntie,bo@a.example,,,friend,,,ann@a.example,01.05.2020,\n",
                map: Self.map)
            let second = try await house.bring(
                "two.csv",
                head
                    + "job,bo@a.example,A1,,buyer,,,,01.05.2020,01.06.2021\ntie,ann@a.example,,,friend,,,bo@a.example,01.05.2020,01.07.2021\n",
                map: Self.map)
            #expect(second.progress.added == 3, "one end of a job, two of a friendship")
            let bo = try await person("bo", house)
            try await house.rapport.database.read { db in
                let jobs = try People.affiliations(of: bo, in: db).map { $0.affiliation.until?.rfc3339.prefix(10) }
                let ties = try People.relations(of: bo, in: db).map { $0.relation.until?.rfc3339.prefix(10) }
                #expect(jobs == ["2021-06-01"])
                #expect(ties == ["2021-07-01"])
            }
        }
    }

    @Test("a mapping that cannot be is refused with its place")
    func refusals() throws {
        for (text, code) in [
            ("as: affiliations\nidentifiers: {email: a}", "config.missing"),
            ("as: relations\nidentifiers: {email: a}\nrelation: b", ""),
            ("as: households\nidentifiers: {email: a}", ""), ("as: people\nidentifiers: {email: a}\nother: {email: b}", ""),
        ] {
            #expect { _ = try Mapping(YAMLNode(parsing: text)) } throws: { error in
                guard let problem = error as? Problem else { return false }
                return code.isEmpty || problem.code == code
            }
        }
    }
}
