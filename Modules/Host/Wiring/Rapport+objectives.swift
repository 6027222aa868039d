public import RapportAnalytics
public import RapportCore
import RapportEngagement
import RapportStorage

extension Host {
    /// Texts of the segment language, read against the database as it is.
    static func segmentReading(_ catalog: Catalog) -> SegmentReading {
        let permits = FoldedPermits(catalog: catalog)
        return SegmentReading(
            figure: { text, db in try SegmentSchema.read(in: db, permits: permits).figure(text, in: db) },
            events: { text, db in try SegmentSchema.read(in: db, permits: permits).events(text, in: db) })
    }
}

extension Rapport {
    /// The objectives as they stand.
    ///
    /// - Parameters:
    ///   - names: of these alone; all where there are none.
    ///   - asOf: what happened from this moment on is left out; now where there is none.
    /// - Throws: `Problem` `objective.not_found`.
    public func objectives(_ names: [String] = [], asOf: Timestamp? = nil) async throws -> [ObjectiveStanding] {
        let (catalog, zone, currency) = (catalog, houseCalendar, configuration.house.currency)
        let (moment, reading) = (asOf ?? clock.now, Host.segmentReading(catalog))
        return try await database.read { db in
            try HouseObjectives.read(names, catalog, zone: zone, currency: currency, asOf: moment, figures: reading, in: db)
        }
    }

    /// The objectives as they stand now, and those whose verdict has changed since this was asked last. A change is told once.
    public func objectiveNews() async throws -> (standings: [ObjectiveStanding], changes: [ObjectiveStore.Change]) {
        let standings = try await objectives()
        let (now, today) = (clock.now, String(houseCalendar.day(of: clock.now.milliseconds)))
        let changes = try await database.write { db in
            try db.run(
                """
                INSERT INTO settings (name, value) VALUES (\(Self.lookedAt), \(today))
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """)
            return try ObjectiveStore.note(standings, at: now, in: db)
        }
        return (standings, changes)
    }

    /// The names of objectives; with them since when there is no data where that has stopped.
    func named(_ told: [ObjectiveStore.Told]) -> String {
        told.map { one in
            guard one.verdict == .silent, let day = one.lastDay else { return one.objective }
            return texts("doctor.objectives.silent", ["name": one.objective, "since": CivilDate(daysSince1970: day).text])
        }.joined(separator: ", ")
    }

    /// The day of the last look, in days since 1970.
    private static let lookedAt = "objectives_looked_at"
    /// In the morning, before anybody is at work.
    private static let hour = Span.hours(6)

    /// Whether the worker should look at the objectives: once a day, from six in the morning on where the house is. Never in a locked
    /// database: what has changed is told where it can be acted on.
    public func isObjectiveLookDue() async throws -> Bool {
        let (now, zone) = (clock.now, houseCalendar)
        let today = zone.day(of: now.milliseconds)
        guard now >= Timestamp(milliseconds: zone.start(ofDay: today)) + Self.hour else { return false }
        return try await database.read { db in
            let last = try db.text("SELECT value FROM settings WHERE name = \(Self.lookedAt)")
            guard last != String(today), try !DatabaseLock.isLocked(db, machine: DatabaseLock.machine) else { return false }
            return try !DefinitionStore(handlers: []).current("objective", in: db).isEmpty
        }
    }

    /// The customer's journey in some days of the house's zone, up to now.
    ///
    /// - Parameter people: only these; everybody without.
    public func journey(
        _ days: ClosedRange<Int>, people: Set<PersonID>? = nil, isAnonymousToo: Bool = false
    ) async throws -> JourneyFigures {
        let (catalog, zone, now, reading) = (catalog, houseCalendar, clock.now, Host.segmentReading(catalog))
        let currency = configuration.house.currency
        return try await database.read { db in
            try HouseJourney.read(
                days, catalog, zone: zone, currency: currency, asOf: now, people: people, isAnonymousToo: isAnonymousToo,
                reading: reading, in: db)
        }
    }
}
