import RapportCore

/// Whether this process can do its work, as anybody may ask: answered in half a second, whatever the database does.
///
/// However many ask, the work is tried once a second at most. Where it takes longer than an answer may, what was found last
/// holds for a while: a database that is busy for a moment is no outage, and a load balancer gives up after a second.
actor Readiness {
    /// The names of what keeps the process from its work; none where it can do it.
    typealias Faults = [String]

    private static let patience = Duration.milliseconds(500)
    private static let validity = Duration.seconds(1)
    private static let memory = Duration.seconds(5)

    private let attempt: @Sendable () async -> Faults
    private let unanswered: String
    private var last: (faults: Faults, at: ContinuousClock.Instant)?
    private var asked: (answer: Task<Faults, Never>, at: ContinuousClock.Instant)?

    /// - Parameters:
    ///   - unanswered: the fault where nothing has been heard for five seconds.
    ///   - attempt: tries the work.
    init(unanswered: String, attempt: @escaping @Sendable () async -> Faults) {
        self.unanswered = unanswered
        self.attempt = attempt
    }

    func faults() async -> Faults {
        if let last, ContinuousClock.now - last.at < Self.validity { return last.faults }
        let (answer, since) = ask()
        if let faults = await Self.value(of: answer, until: since + Self.patience) { return faults }
        guard let last, ContinuousClock.now - last.at < Self.memory else { return [unanswered] }
        return last.faults
    }

    /// What is being tried already, or a new attempt.
    private func ask() -> (answer: Task<Faults, Never>, at: ContinuousClock.Instant) {
        if let asked { return asked }
        let answer = Task {
            let faults = await attempt()
            last = (faults, .now)
            asked = nil
            return faults
        }
        let new = (answer, ContinuousClock.now)
        asked = new
        return new
    }

    /// `nil` where it takes longer. A call to a database cannot be broken off, so it goes on.
    private static func value(of answer: Task<Faults, Never>, until end: ContinuousClock.Instant) async -> Faults? {
        let (first, out) = AsyncStream<Faults?>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let alarm = Task {
            try? await Task.sleep(until: end)
            out.yield(nil)
        }
        defer { alarm.cancel() }
        Task { out.yield(await answer.value) }
        for await faults in first { return faults }
        return nil
    }
}
