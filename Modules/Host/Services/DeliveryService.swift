import RapportEngagement
import RapportStorage
import ServiceLifecycle

/// Brings messages out of the partitions that this process's worker holds. Asked to stop, it finishes the group in hand and
/// records what became of it.
struct DeliveryService: Service {
    let loop: DeliveryLoop
    let worker: Worker

    func run() async throws {
        await cancelWhenGracefulShutdown { [loop, worker] in await loop.run(leases: { worker.held }) }
    }
}
