import RapportIntegration
import ServiceLifecycle

/// Passes callbacks that are durable already to their plugins, and their events to the log.
struct CallbackService: Service {
    let inbox: CallbackInbox

    func run() async throws {
        try await cancelWhenGracefulShutdown { [inbox] in try await inbox.run() }
    }
}
