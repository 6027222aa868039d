import RapportCore
import RapportEngagement
import RapportStorage
import RapportTestKit

/// A shop on a test's database: its log, ledger, policies and desk, on Sunday 3 May 2026, noon.
struct DecisionShop: Sendable {
    let lab: LogLab
    let ledger: PermissionLedger
    let book: PolicyBook
    let desk: DecisionDesk

    static let noon = Timestamp(milliseconds: 1_777_809_600_000)

    static func with(_ kind: DatabaseKind, _ body: (DecisionShop) async throws -> Void) async throws {
        let clock = VirtualClock(noon)
        let migrations =
            Migration.storage + [
                .permissions, .decisions, .preferences, .households, .frequency, .questions, .delivery, .campaigns,
            ]
        try await TemporaryDatabase.with(kind, migrations: migrations, clock: clock) { database in
            var lab = LogLab(database, clock: clock)
            let ledger = PermissionLedger(catalog: lab.catalog)
            lab.folds += [PermissionsFold(ledger: ledger), StandingsFold(catalog: lab.catalog), PreferencesFold()]
            let book = PolicyBook(catalog: lab.catalog)
            let shop = DecisionShop(lab: lab, ledger: ledger, book: book, desk: DecisionDesk(book: book))
            try await shop.define()
            try await body(shop)
        }
    }

    var handlers: [any DefinitionHandler] {
        [TopicHandler(catalog: lab.catalog), PermissionRulesHandler(), StandingHandler(), GuardsHandler()]
    }

    private func define() async throws {
        try await apply("topic", "offers", ["class": "marketing", "title": "Offers"])
        try await apply(
            "permission", "default",
            [
                "source": "the test",
                "rules": [["class": "marketing", "bases": ["consent"]], ["class": "service", "needs": "nothing"]],
            ])
        try await apply(
            "standing", "complaint.open",
            [
                "raised_by": ["complaint.opened", "zendesk.ticket.created"],
                "cleared_by": ["complaint.closed", "zendesk.ticket.solved"], "reference": "case",
            ])
        try await apply(
            "guards", "house",
            [
                "zone": "UTC", "quiet_hours": [["from": "21:00", "until": "08:00"]],
                "caps": [["per": "channel", "only": "email", "limit": 2, "window": "7d"]],
                "standings": [["fact": "complaint.open", "classes": ["marketing"]]],
            ])
    }

    func apply(_ kind: String, _ name: String, _ body: JSONValue) async throws {
        let store = DefinitionStore(handlers: handlers)
        let now = lab.clock.now
        try await lab.database.write { db in
            try store.apply([DefinitionDraft(kind: kind, name: name, body: body)], actor: "test", now: now, in: db)
        }
    }

    /// Accepts an event of the person with this address, as the server does: the ledger has it in the same transaction.
    func accept(
        _ kind: String, _ email: String, _ properties: JSONValue = [:], at: Timestamp? = nil, source: String = "shop"
    ) async throws {
        let event = NewEvent(
            kind: kind, source: source, identifiers: [Identifier(kind: "email", value: email)], occurredAt: at,
            properties: properties)
        try await lab.database.write { [lab, ledger] db in
            try ledger.record([event], try lab.door.accept([event], in: db), in: db)
        }
    }

    func consents(_ email: String, at: Timestamp = noon - .hours(20), _ more: JSONValue = [:]) async throws {
        let given: [JSONValue.Member] = [
            .init("brand", "house"), .init("topic", "offers"), .init("channel", "email"), .init("basis", "consent"),
        ]
        try await accept("permission.granted", email, .object(given + (more.object ?? [])), at: at)
    }

    func person(_ email: String) async throws -> PersonID {
        try await lab.database.read { db in
            try db.integer("SELECT person FROM identifiers WHERE value = \(email)") ?? 0
        }
    }

    static func act(_ id: Int64 = 1, _ topicClass: TopicClass = .marketing) -> DecidingAct {
        DecidingAct(
            id: id, brand: "house", topic: "offers", topicClass: topicClass, channels: ["email"], expiresAt: noon + .days(6))
    }

    /// The decisions about the people with these addresses: `send`, or the reason.
    func decide(
        _ emails: String..., act: DecidingAct = act(), keeping: DecisionDesk.Keeping = .nothing
    ) async throws -> [String] {
        var people: [PersonID] = []
        for email in emails { people.append(try await person(email)) }
        let (wall, all) = (lab.clock.now, people)
        return try await lab.database.write { [desk] db in
            try desk.decide(all, for: act, keeping: keeping, wall: wall, in: db).map { $0.decision.reason?.code ?? "send" }
        }
    }
}
