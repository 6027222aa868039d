import Logging
import RapportCore
import RapportStorage
import ServiceLifecycle

/// Forgets dedupe keys whose time is over. Of several workers the one that holds the house's partition does it.
struct SweepService: Service {
    private let database: any Database
    private let worker: Worker
    private let logger: Logger
    /// A table of ten million keys is through in half an hour, at the cost of a few pages a second.
    private static let pause = Duration.seconds(1)
    /// While much is found, there is more: as after a long stop.
    private static let shortPause = Duration.milliseconds(50)

    init(_ rapport: Rapport, _ worker: Worker) {
        database = rapport.database
        self.worker = worker
        logger = rapport.logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            var sweep = DedupeSweep()
            while !Task.isCancelled {
                var pause = Self.pause
                if worker.held.contains(where: { $0.partition == Partition.house }) {
                    do {
                        let outcome = try await sweep.run(in: database)
                        if outcome.forgotten * 2 > outcome.looked { pause = Self.shortPause }
                    } catch {
                        logger.warning("old dedupe keys will be forgotten later", metadata: ["error": "\(error)"])
                    }
                }
                try? await Task.sleep(for: pause)
            }
        }
    }
}
