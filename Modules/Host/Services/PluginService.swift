public import Logging
import RapportCore
public import RapportPluginKit
public import ServiceLifecycle

/// Runs one plugin instance for as long as the process lives. One that fails is started again after a while; it never
/// takes the process down.
public struct PluginService: Service {
    /// `channels.mail`
    public let label: String
    public let plugin: any Plugin
    public let logger: Logger

    public init(label: String, plugin: any Plugin, logger: Logger) {
        self.label = label
        self.plugin = plugin
        self.logger = logger
    }

    public func run() async throws {
        var wait = Duration.seconds(1)
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                try await cancelWhenGracefulShutdown { try await plugin.run() }
            } catch is CancellationError {
                break
            } catch {
                logger.error("the plugin stopped and is started again", metadata: ["instance": "\(label)", "error": "\(error)"])
            }
            await plugin.cleanup()
            try? await cancelWhenGracefulShutdown { [wait] in try await Task.sleep(for: wait) }
            wait = min(wait * 2, .seconds(300))
        }
        await plugin.cleanup()
    }
}
