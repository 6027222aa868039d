import Foundation
public import Logging
import RapportCore

/// Writes a line per log entry to standard error: text for people, or a JSON object for machines.
///
/// A warning or error that was told within the last half minute by the same logger is counted instead; the next one says `repeated`.
/// Outages last for hours, and what goes on working tries again several times a second.
///
/// A value of type `Secret` prints as dots wherever it goes, so none can reach a line.
public struct LineLogHandler: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    let label: String
    let format: LogSettings.Format
    private let write: @Sendable (String) -> Void
    private let now: @Sendable () -> ContinuousClock.Instant
    private let repeated = RepeatedLines<String>()

    public init(
        label: String, settings: LogSettings,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        write: (@Sendable (String) -> Void)? = nil
    ) {
        self.label = label
        format = settings.format
        logLevel = Logger.Level(rawValue: settings.level) ?? .info
        self.now = now
        self.write = write ?? { StandardStreams.tell($0) }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var own = event.metadata ?? [:]
        if let error = event.error { own["error"] = "\(error)" }
        var all = metadata.merging(own) { _, new in new }
        if event.level >= .warning {
            // Without what the logger says of itself: each request has a number.
            let key = "\(event.level) \(event.message) \(own.sorted { $0.key < $1.key })"
            guard let repeats = repeated.repeats(of: key, at: now()) else { return }
            if repeats > 0 { all["repeated"] = "\(repeats)" }
        }
        let details = all.sorted { $0.key < $1.key }
        let now = SystemClock().now.rfc3339
        switch format {
        case .text:
            let told = details.map { " \($0.key)=\($0.value)" }.joined()
            write(Self.line("\(now) \(event.level) \(label): \(event.message)\(told)") + "\n")
        case .json:
            let members: [JSONValue.Member] =
                [
                    .init("at", .string(now)), .init("level", .string(event.level.rawValue)), .init("logger", .string(label)),
                    .init("message", .string("\(event.message)")),
                ] + details.map { .init($0.key, .string("\($0.value)")) }
            write(JSONValue.object(members).text + "\n")
        }
    }

    /// An entry is one line, whatever somebody else has written into a value of it.
    private static func line(_ text: String) -> String { Text.printable(text).replacing("\n", with: "\\n") }
}
