import RapportCore
import RapportEngagement
import RapportStorage
import RapportTestKit

/// The log with segments on it, and a way to ask who is where.
struct SegmentLab {
    static let house = TimeZoneRules("Europe/Paris") ?? .utc

    let log: LogLab
    private let definitions: DefinitionStore

    static func with(_ kind: DatabaseKind, seed: UInt64 = 1, _ body: (SegmentLab) async throws -> Void) async throws {
        let clock = VirtualClock(Timestamp(milliseconds: 1_790_000_000_000))
        let migrations = Migration.storage + [.permissions, .segments, .segmentPurpose]
        try await TemporaryDatabase.with(kind, migrations: migrations, clock: clock) { database in
            let lab = SegmentLab(
                LogLab(database, clock: clock, reactors: [SegmentsReactor(house: house)], seed: seed))
            let catalog = lab.log.catalog
            try await database.write { try catalog.declare(KindDefinition.builtIn, in: $0) }
            try await body(lab)
        }
    }

    private init(_ log: LogLab) {
        self.log = log
        definitions = DefinitionStore(handlers: [SegmentDefinitions(catalog: log.catalog)])
    }

    /// Applies segments by name and steps until they are live.
    @discardableResult
    func apply(_ segments: [(String, String)], removingMissing: Bool = false) async throws -> [DefinitionChange] {
        let drafts = segments.map { DefinitionDraft(kind: "segment", name: $0.0, body: ["expression": .string($0.1)]) }
        let (definitions, now) = (definitions, log.clock.now)
        let changes = try await log.database.write { db in
            try definitions.apply(drafts, removingMissing: removingMissing, actor: "test", now: now, in: db)
        }
        try await settle()
        return changes
    }

    /// Steps until nothing is left to do, filling included: its slices are some milliseconds apart.
    func settle() async throws {
        for _ in 0..<50 {
            try await log.drain()
            let left = try await log.database.read { try $0.integer("SELECT COUNT(*) FROM segment_fills") }
            if left == 0 { return }
            log.clock.advance(by: Span(milliseconds: 10))
        }
    }

    /// The members of each segment, by number of person.
    func members() async throws -> [String: [PersonID]] {
        try await log.database.read { db in
            var out: [String: [PersonID]] = [:]
            for status in try SegmentStore.all(in: db) {
                out[status.name] = try SegmentStore.members(of: status.id, limit: 10_000, in: db)
            }
            return out
        }
    }

    /// Whom the population query finds, segment by segment.
    func population() async throws -> [String: [PersonID]] {
        let now = log.clock.now
        return try await log.database.read { db in
            let schema = try SegmentSchema.read(in: db)
            let population = SegmentPopulation(schema: schema, house: Self.house)
            var out: [String: [PersonID]] = [:]
            for status in try SegmentStore.all(in: db) {
                out[status.name] = try population.people(
                    in: try schema.expression(status.expression, in: db), at: now, db: db)
            }
            return out
        }
    }

    /// `entered loyal event` and the like, in the order of their time, for everybody.
    func story() async throws -> [String] {
        let events = try await log.events()
        return try await log.database.read { [catalog = log.catalog] db in
            try events.sorted { ($0.occurredAt, $0.ref) < ($1.occurredAt, $1.ref) }.compactMap { event in
                let kind = try catalog.kind(event.kind, in: db).name
                guard kind.hasPrefix("segment.") else { return nil }
                let properties = try JSONValue(parsing: event.properties)
                let words = [kind.dropFirst(8).description, properties["segment"]?.string, properties["cause"]?.string]
                return words.compactMap { $0 }.joined(separator: " ") + (event.history ? " (history)" : "")
            }
        }
    }
}
