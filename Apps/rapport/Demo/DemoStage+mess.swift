import RapportCore
import RapportHost
import RapportIntegration
import RapportPluginKit
import RapportStorage

extension DemoStage {
    /// Chapter 1: files that overlap and disagree become people.
    func mess() async throws -> JSONValue {
        await teller.chapter(1, "mess")
        let began = ContinuousClock.now
        var rows: Int64 = 0
        var told: [JSONValue] = []
        for (name, map) in DemoFiles.all {
            teller.working("mess.reading", ["file": name])
            let clock = ContinuousClock()
            let from = clock.now
            let report = try await load("\(home.data)/\(name)", map: "\(files.folder)/maps/\(map).yaml")
            let people = try await known()
            let took = clock.now - from
            rows += report.progress.records
            teller.done()
            teller.row([
                (name, 16), (DemoTeller.number(report.progress.records), -7), (teller.texts("demo.mess.rows"), 5),
                (DemoTeller.number(people), -6), (teller.texts("demo.mess.known"), 17), (DemoTeller.seconds(took), -7),
            ])
            told.append([
                "file": .string(name), "rows": .integer(report.progress.records), "events": .integer(report.progress.added),
                "rejected": .integer(report.progress.rejected), "people": .integer(people),
            ])
        }
        teller.working("mess.folding")
        try await apply("policy.yaml")
        try await apply("lifecycle.yaml")
        try await apply("templates.yaml")
        try await apply("costs.yaml")
        try await runner.settle()
        teller.done()
        let people = try await known()
        let events = try await database.read { db in try db.integer("SELECT COUNT(*) FROM events") ?? 0 }
        teller.say(
            "mess.result",
            [
                "rows": DemoTeller.number(rows), "files": String(DemoFiles.all.count), "people": DemoTeller.number(people),
                "time": DemoTeller.seconds(.now - began),
            ], style: .green)
        try await example()
        return ["files": .array(told), "rows": .integer(rows), "people": .integer(people), "events": .integer(events)]
    }

    /// One person as the files know her together: each identifier with who says it.
    private func example() async throws {
        guard let email = try files.planted().first?.email else { return }
        let person = try await person(email)
        let known = try await database.read { db in try People.identifiers(of: person, in: db) }
        let parts = known.map { "\($0.identifier.kind) \($0.identifier.value) (\($0.sources.joined(separator: ", ")))" }
        let name = try await database.read { db in try Self.name(of: person, in: db) }
        teller.say("mess.example", ["name": name ?? email, "known": parts.joined(separator: ", ")], style: .dim)
    }

    private func load(_ path: String, map: String) async throws -> ImportReport {
        let plan = try await rapport.importPlan(of: path, mapping: map, source: nil)
        let fields = try await database.read { db in try FieldStore.read(in: db) }
        let importer = Importer(
            database: database, door: rapport.door, clock: clock, fields: fields, budget: Span(milliseconds: 500))
        return try await importer.run(plan)
    }

    func apply(_ file: String) async throws {
        let store = rapport.definitions
        let drafts = try DefinitionFolder("\(home.definitions)/\(file)", handlers: store.handlers).drafts
        let now = clock.now
        _ = try await database.write { db in try store.apply(drafts, actor: "demo:ana", now: now, in: db) }
    }

    private func known() async throws -> Int64 {
        try await database.read { db in
            try db.integer("SELECT COUNT(*) FROM people WHERE state = 0 AND anonymous = 0") ?? 0
        }
    }
}
