import RapportCore
import RapportPluginKit

/// A channel that is planned with and sends nothing, so that whoever drafts, forecasts, pauses or stops a campaign needs none of its
/// secrets.
struct PlannedChannel: Channel {
    static let manifest = Manifest(
        id: "channel.planned", kind: .channel, version: "1.0.0", summary: "A channel that is planned with and sends nothing.")

    /// The plugin's that stands behind it.
    let manifest: Manifest

    init(_ manifest: Manifest) { self.manifest = manifest }

    init(settings: Settings, environment: PluginEnvironment) throws {
        throw Problem("plugin.start", "\(Self.manifest.id) is made for no instance")
    }

    func send(_ messages: [OutgoingMessage]) async -> [SendResult] {
        messages.map { _ in .refused(reason: "\(manifest.id) was only planned with") }
    }
}
