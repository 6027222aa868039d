import RapportCore
import RapportEngagement
import RapportIntegration
import RapportStorage

extension Host {
    /// What every event passes, in this order: state first, then what reacts to it.
    ///
    /// A fold may read what the folds before it have written in the same step: fields, timeline and totals, permissions,
    /// standings. Reactors see all of that.
    static func stepper(_ configuration: Configuration, door: Door, ledger: PermissionLedger) -> Stepper {
        let zone = TimeZoneRules(configuration.house.timeZone) ?? .utc
        let matching: [any Reactor] = configuration.matching.mode == .off ? [] : [MatchQueueReactor()]
        return Stepper(
            folds: [
                FieldsFold(), ConfirmationsFold(), TimelineFold(), TotalsFold(), RecordsFold(),
                AffiliationsFold(catalog: door.catalog), RelationsFold(catalog: door.catalog),
                HouseholdsFold(catalog: door.catalog), PermissionsFold(ledger: ledger),
                StandingsFold(catalog: door.catalog), PreferencesFold(), QuestionsFold(),
            ],
            reactors: [
                SlotsReactor(), LifecycleReactor(house: zone, permits: FoldedPermits(catalog: door.catalog)),
                SegmentsReactor(house: zone, permits: FoldedPermits(catalog: door.catalog), countsFirst: true),
                SilenceReactor(), JobChangeReactor(),
            ] + matching,
            door: door)
    }
}
