import RapportCore
import RapportEngagement
import RapportStorage
import RapportTestKit
import Testing

@Suite("The health of the data") struct DataHealthTests {
    private func tally(_ report: DataHealth, _ name: String, in group: DataHealth.Group? = nil) -> DataHealth.Tally? {
        guard let place = report.subjects.firstIndex(where: { $0.name == name }) else { return nil }
        return (group ?? report.everybody).tallies[place]
    }

    @Test("it counts by field, source and segment what is known, stale, wrong and disputed", arguments: DatabaseKind.available)
    func figures(kind: DatabaseKind) async throws {
        try await YearLab.with(kind) { lab in
            try await lab.apply([
                ("field", "job", ["purpose": "to talk shop", "owner": "sales", "freshness": "100d"]),
                ("segment", "british", "country = \"GB\""),
            ])
            try await lab.says("ann", ["job": "Baker", "country": "GB"], email: "ann@example.org")
            try await lab.says("bob", ["job": "Smith", "country": "Atlantis"])
            try await lab.settle()
            lab.clock.set(YearLab.start + .days(150))
            // Another source says of Ann what differs; of Bob the same, in capitals.
            try await lab.says("ann", ["job": "Pilot"], source: "shop")
            try await lab.says("bob", ["job": "SMITH"], source: "shop", confirmed: true)
            try await lab.settle()
            let hash = AddressHash.of(Identifier(kind: "email", value: "ann@example.org"))
            let now = lab.clock.now
            try await lab.database.write { db in
                try db.run(
                    """
                    INSERT INTO suppressions (address, kind, id, person, at, lifted_at, source, details)
                    VALUES (\(hash), \(Int64(SuppressionKind.bounce.rawValue)), 1, 1, \(now), 0, 1, '{}')
                    """)
                for _ in 0..<2 {
                    try UndeclaredData.add(
                        [UndeclaredData(source: "track.site", name: "field shoe", reason: "dropped", count: 3)], at: now, in: db)
                }
            }
            try await lab.database.write { db in
                try db.run(
                    """
                    INSERT INTO reviews (low, high, reason, since, verdict)
                    SELECT MIN(id), MAX(id), 'likeness', \(now), 'open' FROM people
                    """)
            }
            let dropped = [DataHealth.Dropped(source: "track.site", name: "field shoe", reason: .dropped, count: 6)]
            let report = try await HealthPass(database: lab.database, at: now).run(dropped: dropped)
            #expect(try await lab.database.read { try UndeclaredData.all(in: $0).map(\.count) } == [6])
            #expect(report.people == 2 && report.dead == 1)
            let job = try #require(tally(report, "job"))
            #expect(job.known == 2 && job.conflicts == 1 && job.stale == 0 && job.invalid == 0)
            #expect(report.subjects.first { $0.name == "job" }?.owner == "sales")
            let country = try #require(tally(report, "country"))
            #expect(country.known == 2 && country.invalid == 1 && country.conflicts == 0)
            let email = try #require(tally(report, "email"))
            #expect(email.known == 1 && email.invalid == 1 && email.stale == 0)
            let crm = try #require(report.sources.first { $0.name == "crm" })
            #expect(crm.people == 2 && tally(report, "job", in: crm)?.stale == 2 && tally(report, "job", in: crm)?.conflicts == 1)
            let shop = try #require(report.sources.first { $0.name == "shop" })
            #expect(tally(report, "job", in: shop)?.stale == 0 && tally(report, "job", in: shop)?.conflicts == 0)
            let british = try #require(report.segments.first)
            #expect(british.name == "british" && british.people == 1 && tally(report, "job", in: british)?.conflicts == 1)
            #expect(report.duplicates == 1 && report.everybody.duplicates == 2)
            #expect(british.duplicates == 1 && shop.duplicates == 2)
            #expect(report.findings.first?.kind == .undeclared)
            #expect(report.findings.contains { $0.kind == .invalid && $0.name == "country" && $0.count == 1 && $0.of == 2 })
            let rows = HealthRows(report, texts: .english, zone: .utc)
            #expect(rows.findings().first?.finding == "track.site: field shoe came 6 times, and nobody has declared it.")
            #expect(
                HealthPage(report, texts: .english, zone: .utc).html.contains("Atlantis") == false,
                "no person's values stand on the page")
            // Two hundred days later all that ages is stale.
            let later = try await HealthPass(database: lab.database, at: now + .days(200)).run()
            #expect(tally(later, "job")?.stale == 2 && tally(later, "email")?.stale == 1 && tally(later, "country")?.stale == 0)
        }
    }

    @Test(
        "a segment in which nobody is says since when, and one that is being filled says that instead",
        arguments: DatabaseKind.available)
    func idle(kind: DatabaseKind) async throws {
        try await YearLab.with(kind) { lab in
            func idle() async throws -> [String: DataHealth.Idle.State] {
                let report = try await HealthPass(database: lab.database, at: lab.clock.now).run()
                #expect(report.segments.allSatisfy { $0.people > 0 })
                return Dictionary(report.idle.map { ($0.name, $0.state) }) { first, _ in first }
            }
            try await lab.apply([("segment", "british", "country = \"GB\"")])
            try await lab.says("ann", ["country": "GB"])
            try await lab.settle()
            #expect(try await idle().isEmpty)
            lab.clock.set(YearLab.start + .days(10))
            try await lab.says("ann", ["country": "FR"])
            try await lab.settle()
            #expect(try await idle() == ["british": .empty(since: YearLab.start + .days(10))])
            try await lab.database.write { db in
                try db.run("INSERT INTO segment_fills (partition, segment, upto) SELECT 3, id, 0 FROM segments")
            }
            #expect(try await idle() == ["british": .filling(partitionsLeft: 1)])
        }
    }

    @Test("every finding and reason has its words, and an empty house is told so", arguments: DatabaseKind.available)
    func words(kind: DatabaseKind) async throws {
        for finding in DataHealth.Finding.Kind.allCases {
            #expect(
                Texts.english.has("health.finding.\(finding.rawValue)") && Texts.english.has("health.remedy.\(finding.rawValue)"))
        }
        try await YearLab.with(kind) { lab in
            let report = try await HealthPass(database: lab.database, at: lab.clock.now).run()
            #expect(report.people == 0 && report.findings.isEmpty)
            #expect(HealthRows(report, texts: .english, zone: .utc).lead == Texts.english("health.nobody"))
        }
    }
}
