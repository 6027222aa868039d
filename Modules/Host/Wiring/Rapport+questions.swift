public import RapportEngagement
import RapportStorage

extension Rapport {
    /// Asks people whether what we know of them still holds.
    public var questionDesk: QuestionDesk { QuestionDesk(database: database, door: door, clock: clock) }
}
