import RapportEngagement
import RapportIntegration
public import RapportStorage

extension Rapport {
    /// Makes two people one and two again, with every fold and every capability that takes part.
    public var merger: Merger {
        Merger(
            folds: stepper.folds, participants: [LifecycleMerging(), SegmentMerging(), MatchMerging()], catalog: catalog,
            book: identity)
    }
}
