/// A moment: milliseconds since 1970-01-01T00:00:00Z, UTC, without leap seconds.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static let distantPast = Timestamp(milliseconds: -62_135_596_800_000)
    public static let distantFuture = Timestamp(milliseconds: 253_402_300_799_999)

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
    public static func + (left: Timestamp, span: Span) -> Timestamp { .init(milliseconds: left.milliseconds + span.milliseconds) }
    public static func - (left: Timestamp, span: Span) -> Timestamp { .init(milliseconds: left.milliseconds - span.milliseconds) }
    public static func - (left: Timestamp, right: Timestamp) -> Span {
        .init(milliseconds: left.milliseconds - right.milliseconds)
    }
}

/// A length of time in milliseconds. A day is 86,400,000 ms whatever the calendar says.
public struct Span: Sendable, Hashable, Comparable, Codable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func seconds(_ count: Int64) -> Span { .init(milliseconds: count * 1_000) }
    public static func minutes(_ count: Int64) -> Span { .init(milliseconds: count * 60_000) }
    public static func hours(_ count: Int64) -> Span { .init(milliseconds: count * 3_600_000) }
    public static func days(_ count: Int64) -> Span { .init(milliseconds: count * 86_400_000) }

    public static func < (left: Span, right: Span) -> Bool { left.milliseconds < right.milliseconds }
}
