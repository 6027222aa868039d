import Logging
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
                OrderFactsFold(), AffiliationsFold(catalog: door.catalog), RelationsFold(catalog: door.catalog),
                HouseholdsFold(catalog: door.catalog), PermissionsFold(ledger: ledger),
                StandingsFold(catalog: door.catalog), PreferencesFold(), QuestionsFold(),
            ],
            reactors: [
                SlotsReactor(), golden(), LifecycleReactor(house: zone, permits: FoldedPermits(catalog: door.catalog)),
                SegmentsReactor(house: zone, permits: FoldedPermits(catalog: door.catalog), countsFirst: true),
                SilenceReactor(), JobChangeReactor(), ProfilingReactor(),
            ] + matching,
            door: door)
    }

    /// Whoever goes by people's values looks at those again whose values a changed rule has made others.
    private static func golden() -> GoldenReactor {
        let logger = Logger(label: "rapport.fields")
        return GoldenReactor { changes, step in
            let people = changes.people
            // Where somebody said more of a household than the field, that holds: its fold has the word.
            if !changes.households.isEmpty { try HouseholdsFold(catalog: step.catalog).refold(changes.households, in: step) }
            SegmentsReactor.judgeAgain(redefined: people, in: step)
            try LifecycleReactor.judgeAgain(people, in: step)
            try MatchIndex.enqueue(people, in: step.db)
        } progress: { left in
            let text = left == 0 ? "values follow the changed rules" : "values are chosen anew by changed rules"
            logger.info("\(text)", metadata: ["partitions_left": "\(left)"])
        }
    }
}
