/// Judges, from one look to the next, whether imports are bringing much.
public struct ImportLoad: Sendable {
    /// Records a second that are much. A source that trickles keeps nobody waiting.
    public static let much = 200.0
    /// Looks that follow each other sooner than this say what the last one said.
    private static let shortest = Duration.milliseconds(250)

    private var records: [Int64: Int64] = [:]
    private var at: ContinuousClock.Instant?
    private var isMuch = false

    public init() {}

    /// - Parameter running: how many records each running import has handled, by its number: `Imports.running`.
    /// - Returns: whether one of them has moved fast since the last look. One that is new is taken to be fast until it is seen
    ///   again, and one whose process died does not move.
    public mutating func isMuch(_ running: [Int64: Int64], now: ContinuousClock.Instant = .now) -> Bool {
        let elapsed = at.map { now - $0 } ?? .seconds(1)
        guard elapsed >= Self.shortest else { return isMuch }
        let least = Self.much * (elapsed / .seconds(1))
        isMuch = running.contains { id, count in records[id].map { Double(count - $0) >= least } ?? true }
        (records, at) = (running, now)
        return isMuch
    }
}
