public import RapportCore
public import RapportEngagement

extension Rapport {
    /// The zone of people who have none of their own.
    public var houseCalendar: TimeZoneRules { TimeZoneRules(configuration.house.timeZone) ?? .utc }

    public var segmentQuestions: SegmentQuestions {
        SegmentQuestions(house: houseCalendar, permits: FoldedPermits(catalog: catalog))
    }
}
