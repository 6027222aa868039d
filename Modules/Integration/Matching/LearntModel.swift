public import RapportMatching

/// A model that was learnt from the whole base and is in force.
public struct LearntModel: Sendable {
    /// Its number.
    public var id: Int64
    public var model: StandingModel
}
