public import RapportCore

/// `worker`: how workers share the log.
public struct WorkerSettings: Sendable, Hashable {
    /// `lease`, default 10 s, 1 s to 10 min: how long the partitions of a worker that died wait for another.
    public var lease: Span
}
