public import RapportPluginKit

/// A channel instance that has been made, with what the YAML says of it.
public struct ChannelInstance: Sendable {
    public let instance: PluginInstance
    public let channel: any Channel

    public init(instance: PluginInstance, channel: any Channel) {
        self.instance = instance
        self.channel = channel
    }
}
