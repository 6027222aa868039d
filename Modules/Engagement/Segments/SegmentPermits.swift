public import RapportCore
public import RapportStorage

/// Where `permitted(topic, channel)` is answered: the folded permissions.
public protocol SegmentPermits: Sendable {
    /// The topics and channels that an expression may name.
    func vocabulary(in db: Connection) throws -> (topics: Set<String>, channels: Set<String>)
    /// Which of `permits` each of `people` has, whoever has none being absent.
    func permits(of people: [PersonID], among permits: Set<SegmentPermit>, in db: Connection) throws -> [PersonID: Set<
        SegmentPermit
    >]
    /// A statement that selects the people who have the permit, or more than those: the answer is checked in memory.
    func population(of permit: SegmentPermit) -> SQL
}
