import RapportCore
import RapportEngagement
import RapportStorage
import RapportTestKit

/// A house with fields that age, segments over them, and somebody who asks.
struct YearLab {
    static let house = TimeZoneRules("Europe/Paris") ?? .utc
    static let start = Timestamp(milliseconds: 1_790_000_000_000)

    let log: LogLab
    let desk: QuestionDesk
    private let definitions: DefinitionStore
    var database: any Database { log.database }
    var clock: VirtualClock { log.clock }

    static func with(_ kind: DatabaseKind, _ body: (YearLab) async throws -> Void) async throws {
        let clock = VirtualClock(start)
        let migrations = Migration.storage + [.segments, .segmentPurpose, .questions, .permissions]
        try await TemporaryDatabase.with(kind, migrations: migrations, clock: clock) { database in
            let lab = YearLab(database, clock)
            let catalog = lab.log.catalog
            try await database.write { try catalog.declare(KindDefinition.builtIn, in: $0) }
            try await body(lab)
        }
    }

    private init(_ database: any Database, _ clock: VirtualClock) {
        log = LogLab(
            database, clock: clock,
            folds: [FieldsFold(), ConfirmationsFold(), TimelineFold(), TotalsFold(), RecordsFold(), QuestionsFold()],
            reactors: [SegmentsReactor(house: Self.house)])
        desk = QuestionDesk(database: database, door: log.door, clock: clock)
        let segments = SegmentDefinitions(catalog: log.catalog)
        let aging: @Sendable (Timestamp, Connection) throws -> Void = { now, db in try segments.fillAgain(at: now, in: db) }
        definitions = DefinitionStore(handlers: [
            FieldHandler(aging: aging), IdentifierHandler(book: IdentityRuleBook(), aging: aging), segments,
        ])
    }

    func apply(_ drafts: [(kind: String, name: String, body: JSONValue)]) async throws {
        let now = clock.now
        try await database.write { [definitions] db in
            _ = try definitions.apply(
                drafts.map { DefinitionDraft(kind: $0.kind, name: $0.name, body: $0.body) }, actor: "test", now: now, in: db)
        }
        try await settle()
    }

    /// Steps until nothing is left to do, filling included.
    func settle() async throws {
        for _ in 0..<50 {
            try await log.drain()
            let left = try await database.read { try $0.integer("SELECT COUNT(*) FROM segment_fills") }
            if left == 0 { return }
            clock.advance(by: Span(milliseconds: 10))
        }
    }

    func says(_ name: String, _ fields: JSONValue, source: String = "crm", email: String? = nil, confirmed: Bool = false)
        async throws
    {
        var identifiers = [Identifier(kind: "external.lab", value: name)]
        if let email { identifiers.append(Identifier(kind: "email", value: email)) }
        var properties: [JSONValue.Member] = [.init("fields", fields)]
        if confirmed { properties.append(.init("confirmed", true)) }
        try await log.accept(
            NewEvent(
                kind: FieldsFold.eventKind, source: source, identifiers: identifiers, occurredAt: clock.now,
                properties: .object(properties)))
    }

    func person(_ name: String) async throws -> PersonID {
        try await database.read { db in try People.find("external.lab:\(name)", in: db) } ?? 0
    }

    func record(_ name: String) async throws -> PersonRecord? {
        let id = try await person(name)
        return try await database.read { db in try People.record(of: id, in: db) }
    }

    func members(_ segment: String) async throws -> Set<PersonID> {
        try await database.read { db in
            guard let status = try SegmentStore.all(in: db).first(where: { $0.name == segment }) else { return [] }
            return Set(try SegmentStore.members(of: status.id, limit: 10_000, in: db))
        }
    }

    static func contact(_ touchpoint: String = "call", _ name: String = "") -> QuestionDesk.Contact {
        .init(touchpoint: touchpoint, name: name, actor: "test")
    }
}
