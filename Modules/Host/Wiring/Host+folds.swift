import RapportCore
import RapportEngagement
import RapportStorage

extension Host {
    /// What every event passes, in this order: state first, then what reacts to it.
    ///
    /// A fold may read what the folds before it have written in the same step. Reactors see all of that.
    static func stepper(_ configuration: Configuration, catalog: Catalog, door: Door) -> Stepper {
        let zone = TimeZoneRules(configuration.house.timeZone) ?? .utc
        return Stepper(
            folds: [
                FieldsFold(), TimelineFold(), TotalsFold(), PermissionsFold(ledger: PermissionLedger(catalog: catalog)),
                StandingsFold(catalog: catalog),
            ],
            reactors: [SegmentsReactor(house: zone, permits: FoldedPermits(catalog: catalog))],
            door: door)
    }
}
