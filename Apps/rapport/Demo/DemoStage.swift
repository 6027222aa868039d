import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

/// What every chapter of the demo works with.
struct DemoStage: Sendable {
    let files: DemoFiles
    let home: DemoHome
    let start: Timestamp
    let clock: VirtualClock
    let rapport: Rapport
    let runner: RapportRunner
    let teller: DemoTeller

    var outreach: Outreach { runner.outreach }
    var database: any Database { rapport.database }

    /// Runs a campaign through its steps, as two colleagues would.
    func launch(_ name: String, _ plan: CampaignPlan) async throws {
        _ = try await outreach.desk.draft(name, plan, actor: "demo:ana")
        _ = try await outreach.desk.approve(name, actor: "demo:ben")
        _ = try await outreach.desk.send(name, actor: "demo:ana")
    }

    func segments() async throws -> [String: Int64] {
        let all = try await database.read { db in try SegmentStore.all(in: db) }
        return Dictionary(all.map { ($0.name, $0.members) }) { first, _ in first }
    }

    /// Explains by receipts, calling people by the names on record.
    var explainer: Explainer {
        Explainer(book: PolicyBook(catalog: rapport.catalog), store: DecisionStore(), texts: rapport.texts) { person, db in
            try Self.name(of: person, in: db)
        }
    }

    /// First and last name, shouting mended; `nil` for who has none.
    static func name(of person: PersonID, in db: Connection) throws -> String? {
        let fields = try People.fields(of: [person], in: db)[person] ?? []
        let parts = ["first_name", "last_name"].compactMap { name in
            fields.first { $0.name == name }.map { field in
                if case .show(let mended) = TokenCheck.check(field.text) { mended } else { field.text }
            }
        }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    func person(_ email: String) async throws -> PersonID {
        let found = try await database.read { db in
            try db.integer("SELECT person FROM identifiers WHERE value = \(email) ORDER BY holder LIMIT 1")
        }
        guard let found else { throw Problem("demo.nobody", "nobody has the address \(email)") }
        return found
    }

    /// Says why one person did, or did not, hear from us: the latest decision's sentence, with what stood in for an odd name.
    func why(_ email: String) async throws -> (sentence: String, facts: JSONValue) {
        let person = try await person(email)
        let (explainer, texts) = (explainer, rapport.texts)
        let found = try await database.read { db in try explainer.explain(person: person, limit: 1, in: db).first }
        guard let found else { return ("", [:]) }
        let fallback = texts("why.detail.fallback", ["token": "first_name"])
        return (found.details.contains(fallback) ? "\(found.sentence) \(fallback)" : found.sentence, found.facts)
    }
}
