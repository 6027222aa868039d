public import Logging
public import RapportCore
public import RapportStorage

/// Counts new and edited segments before anybody is judged by them, on a connection that only reads, so that no writer waits
/// for it. A segment that mentions another waits until that one is live.
public struct SegmentCounter: Sendable {
    /// Kept where an expression could not be counted: filling goes on without.
    static let unknown: Int64 = -1

    let database: any Database
    let house: TimeZoneRules
    let permits: (any SegmentPermits)?
    let logger: Logger

    public init(
        database: any Database, house: TimeZoneRules, permits: (any SegmentPermits)? = nil,
        logger: Logger = Logger(label: "rapport.segments")
    ) {
        self.database = database
        self.house = house
        self.permits = permits
        self.logger = logger
    }

    /// Counts what waits for it and can be counted now.
    ///
    /// - Returns: how many segments were counted.
    @discardableResult
    public func run() async throws -> Int {
        let waiting = try await database.read { db in
            try db.all(
                "SELECT id, version, name, expression, purpose FROM segments WHERE counted IS NULL AND state <> 'retired' ORDER BY id"
            ) { row in
                (
                    id: row.integer(0), version: row.integer(1), name: row.text(2), text: row.text(3),
                    purpose: SegmentPurpose(rawValue: row.text(4)) ?? .marketing
                )
            }
        }
        var counted = 0
        for segment in waiting {
            let count: Int64
            do {
                guard let found = try await self.count(segment.text, segment.purpose) else { continue }
                count = found
            } catch let problem as Problem where problem.code.hasPrefix("segment.") {
                logger.warning("a segment cannot be counted", metadata: ["segment": "\(segment.name)", "reason": "\(problem)"])
                count = Self.unknown
            }
            try await database.write { db in try Self.note(count, of: segment.id, version: segment.version, in: db) }
            counted += 1
        }
        return counted
    }

    /// Keeps a count that was made of a version.
    static func note(_ count: Int64, of segment: Int64, version: Int64, in db: Connection) throws {
        try db.run("UPDATE segments SET counted = \(count) WHERE id = \(segment) AND version = \(version) AND counted IS NULL")
    }

    /// `nil` while a segment that it mentions is not live.
    private func count(_ text: String, _ purpose: SegmentPurpose) async throws -> Int64? {
        try await database.read { [house, permits] db in
            let schema = try SegmentSchema.read(in: db, permits: permits)
            let expression = try schema.expression(text, in: db)
            if !expression.needs.segments.isEmpty {
                let open = try SegmentStore.all(in: db).filter { expression.needs.segments.contains($0.id) && $0.state != .live }
                guard open.isEmpty else { return nil }
            }
            return try SegmentPopulation(schema: schema, house: house, permits: permits)
                .count(of: expression, for: purpose, at: try db.now(), db: db)
        }
    }
}
