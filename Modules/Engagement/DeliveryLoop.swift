public import Logging
public import RapportStorage

/// Everything a worker does to bring messages out: campaigns, the queue, proofs, clicks. One pass looks at each partition
/// once; `run` goes on for as long as its task lives.
public struct DeliveryLoop: Sendable {
    public let runner: CampaignRunner
    let sender: Sender
    let proofs: ProofSender
    let clicks: ClickSettler
    let logger: Logger

    public init(
        runner: CampaignRunner, sender: Sender, proofs: ProofSender, clicks: ClickSettler,
        logger: Logger = Logger(label: "rapport.delivery")
    ) {
        self.runner = runner
        self.sender = sender
        self.proofs = proofs
        self.clicks = clicks
        self.logger = logger
    }

    /// Works until the task is cancelled; the group in hand is then finished and recorded. Errors are logged and waited out.
    ///
    /// - Parameter leases: tells which partitions this worker holds at the moment.
    public func run(leases: @escaping @Sendable () -> [Lease], idle: Duration = .milliseconds(200)) async {
        var pause = idle
        while !Task.isCancelled {
            do {
                let isBusy = try await pass(leases())
                pause = idle
                if isBusy { continue }
            } catch {
                logger.warning("delivery will be tried again", metadata: ["error": "\(error)"])
                pause = min(pause * 2, .seconds(5))
            }
            try? await Task.sleep(for: pause)
        }
    }

    /// - Returns: whether there is more to do at once.
    public func pass(_ leases: [Lease]) async throws -> Bool {
        guard !leases.isEmpty else { return false }
        try await runner.tick()
        var isBusy = try await proofs.run() > 0
        for lease in try await runner.due(among: leases) {
            do {
                if try await runner.run(lease) { isBusy = true }
            } catch let lost as LostLease {
                logger.info("another worker has the partition", metadata: ["partition": "\(lost.partition)"])
            }
            if Task.isCancelled { return false }
        }
        for lease in try await clicks.due(among: leases) {
            do {
                _ = try await clicks.run(lease)
            } catch let lost as LostLease {
                logger.info("another worker has the partition", metadata: ["partition": "\(lost.partition)"])
            }
            if Task.isCancelled { return false }
        }
        for lease in try await sender.due(among: leases) {
            do {
                let round = try await sender.round(lease)
                if round.hasMore || round.claimed > 0 { isBusy = true }
            } catch let lost as LostLease {
                logger.info("another worker has the partition", metadata: ["partition": "\(lost.partition)"])
            }
            if Task.isCancelled { return false }
        }
        return isBusy
    }
}
