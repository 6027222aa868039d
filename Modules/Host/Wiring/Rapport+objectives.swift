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
    private var calendar: TimeZoneRules { TimeZoneRules(configuration.house.timeZone) ?? .utc }

    /// The objectives as they stand.
    ///
    /// - Parameters:
    ///   - names: of these alone; all where there are none.
    ///   - asOf: what happened from this moment on is left out; now where there is none.
    /// - Throws: `Problem` `objective.not_found`.
    public func objectives(_ names: [String] = [], asOf: Timestamp? = nil) async throws -> [ObjectiveStanding] {
        let (catalog, zone, currency) = (catalog, calendar, configuration.house.currency)
        let (moment, reading) = (asOf ?? clock.now, Host.segmentReading(catalog))
        return try await database.read { db in
            try HouseObjectives.read(names, catalog, zone: zone, currency: currency, asOf: moment, figures: reading, in: db)
        }
    }

    /// The objectives as they stand now, and those whose verdict has changed since this was asked last. A change is told once.
    public func objectiveNews() async throws -> (standings: [ObjectiveStanding], changes: [ObjectiveStore.Change]) {
        let standings = try await objectives()
        let now = clock.now
        let changes = try await database.write { db in try ObjectiveStore.note(standings, at: now, in: db) }
        return (standings, changes)
    }

    /// The customer's journey in some days of the house's zone, up to now.
    ///
    /// - Parameter people: only these; everybody without.
    public func journey(
        _ days: ClosedRange<Int>, people: Set<PersonID>? = nil, isAnonymousToo: Bool = false
    ) async throws -> JourneyFigures {
        let (catalog, zone, now, reading) = (catalog, calendar, clock.now, Host.segmentReading(catalog))
        return try await database.read { db in
            try HouseJourney.read(
                days, catalog, zone: zone, asOf: now, people: people, isAnonymousToo: isAnonymousToo, reading: reading, in: db)
        }
    }
}
