import Logging
import RapportCore
import RapportStorage
import ServiceLifecycle

/// What is done for the house as a whole, again and again while a process runs: of several workers by the one that holds the house's
/// partition.
struct HouseService: Service {
    let worker: Worker
    let logger: Logger
    /// Between two looks whether there is something to do, and after a failure.
    var pause = Duration.seconds(60)
    var patience = Duration.seconds(60)
    /// What the log says of a failure; it is tried again.
    let failure: Logger.Message
    let body: @Sendable () async throws -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                var wait = pause
                do {
                    if worker.held.contains(where: { $0.partition == Partition.house }) { try await body() }
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning(failure, metadata: ["error": "\(error)"])
                    wait = patience
                }
                try? await Task.sleep(for: wait)
            }
        }
    }
}
