import CSVSource
import EmailChannel
import ExecChannel
import ExecSource
import JSONLSource
import OutboxChannel
public import RapportPluginKit
import SingerSource
import WebhookChannel

/// The plugins that are built in, a line each. Removing a plugin is removing its folder and its line.
public enum RegisteredPlugins {
    public static let all: [any Plugin.Type] = [
        CSVSource.self,
        EmailChannel.self,
        ExecChannel.self,
        ExecSource.self,
        JSONLSource.self,
        OutboxChannel.self,
        SingerSource.self,
        WebhookChannel.self,
    ]
}
