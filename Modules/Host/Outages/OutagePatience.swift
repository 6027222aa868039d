public import RapportCore
import RapportStorage

/// Waits for a database that takes nothing at the moment: what a command does that runs for long, or in a night's script.
public struct OutagePatience: Sendable {
    private let limit: Duration
    private let interval: Duration
    private let told: @Sendable (Problem) -> Void

    /// - Parameters:
    ///   - limit: how long to wait in all, unless work went on meanwhile.
    ///   - interval: how long to wait before it is tried again.
    ///   - told: called when waiting begins, with what is in the way.
    public init(limit: Span, interval: Duration = .seconds(1), told: @escaping @Sendable (Problem) -> Void) {
        self.limit = .milliseconds(limit.milliseconds)
        self.interval = interval
        self.told = told
    }

    /// Says at once that the database is away.
    public static let none = OutagePatience(limit: .seconds(0)) { _ in }

    /// Runs `body`, and again while the database is away.
    ///
    /// - Parameters:
    ///   - done: how much has been done so far; whoever got further meets an outage of its own.
    ///   - body: what can be repeated: it goes on where it was, or has the same outcome.
    /// - Throws: the last `Problem` where it takes too long, and any other error at once.
    public func over<Result>(
        done: () async -> Int64 = { 0 }, _ body: () async throws -> Result
    ) async throws -> Result {
        var since = ContinuousClock.now
        var before: Int64?
        while true {
            let began = ContinuousClock.now
            do {
                return try await body()
            } catch let problem as Problem where problem.isPassingOutage {
                let sofar = await done()
                if before != sofar {
                    since = began
                    if limit > .zero { told(problem) }
                }
                before = sofar
                guard ContinuousClock.now - since + interval < limit else { throw problem }
                try await Task.sleep(for: interval)
            }
        }
    }
}
