public import RapportCore

/// What a person said about hours, channels and how often: the properties of a `preference.stated` event. Each statement replaces the one
/// before.
///
/// Properties: `quiet` with `from` and `until` as `21:00`, or none; `channels`, kinds of addresses, the best first;
/// `at_most_every`, a span such as `7d` in which one marketing message is enough, or none.
public struct StatedPreference: Sendable, Hashable {
    public static let kind = "preference.stated"

    public var quiet: DailyHours?
    public var channels: [String]
    public var atMostEvery: Span?

    public init(quiet: DailyHours? = nil, channels: [String] = [], atMostEvery: Span? = nil) {
        self.quiet = quiet
        self.channels = channels
        self.atMostEvery = atMostEvery
    }

    init(_ properties: JSONValue) {
        func minutes(_ name: String) -> Int? { properties["quiet"]?[name]?.string.flatMap { Self.minutes($0) } }
        if let from = minutes("from"), let until = minutes("until"), from != until {
            quiet = DailyHours(from: from, until: until)
        }
        let named = (properties["channels"]?.array ?? []).compactMap { $0.string.map(Text.folded) }
        channels = named.filter { !$0.isEmpty && !$0.contains(",") }
        atMostEvery = properties["at_most_every"]?.string.flatMap { Self.span($0) }
    }

    /// A span that somebody may ask for: from an hour to a year.
    public static func span(_ text: String) -> Span? {
        guard let span = Span(text), span >= .hours(1), span <= .days(366) else { return nil }
        return span
    }

    var members: [JSONValue.Member] {
        let hours: JSONValue =
            quiet.map { ["from": .string(Self.text($0.from)), "until": .string(Self.text($0.until))] } ?? .null
        return [
            .init("quiet", hours), .init("channels", .array(channels.map { .string($0) })),
            .init("at_most_every", atMostEvery.map { .string($0.text) } ?? .null),
        ]
    }

    /// `21:30` in minutes after midnight.
    public static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    public static func text(_ minutes: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        return "\(two(minutes / 60)):\(two(minutes % 60))"
    }
}
