import RapportIntegration
import ServiceLifecycle

/// Tells the systems behind plugins of opt-outs and erasures.
struct DutyService: Service {
    let desk: DutyDesk

    func run() async throws {
        try await cancelWhenGracefulShutdown { [desk] in try await desk.run() }
    }
}
