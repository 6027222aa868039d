public import RapportCore

/// Where events come from, as the database knows it.
public struct Source: Sendable, Hashable {
    public static let usualHorizon = Span.hours(24)

    public let id: Int64
    public let name: String
    /// An event older than this when it is received is history.
    public let horizon: Span

    init(_ row: Row) {
        id = row.integer(0)
        name = row.text(1)
        horizon = Span(milliseconds: row.integer(2))
    }
}
