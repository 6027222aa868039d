/// The right of one worker to move the cursor of one partition. Whoever takes the partition next gets a higher epoch, and
/// what an older one does is rolled back.
public struct Lease: Sendable, Hashable {
    public let partition: Int
    public let epoch: Int64

    public init(partition: Int, epoch: Int64) {
        self.partition = partition
        self.epoch = epoch
    }
}

/// Another worker has taken the partition: nothing of this transaction may stay.
public struct LostLease: Error, Hashable {
    public let partition: Int

    public init(partition: Int) { self.partition = partition }
}
