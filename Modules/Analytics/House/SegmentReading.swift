public import RapportCore
public import RapportStorage

/// Reads texts of the segment language against a database: whoever wires the capabilities together brings it.
public struct SegmentReading: Sendable {
    /// `count(order.placed, store: "Paris")`
    public var figure: @Sendable (_ text: String, Connection) throws -> SegmentFigure
    /// `call.held(direction: "inbound")`
    public var events: @Sendable (_ text: String, Connection) throws -> SegmentEvents

    public init(
        figure: @escaping @Sendable (_ text: String, Connection) throws -> SegmentFigure,
        events: @escaping @Sendable (_ text: String, Connection) throws -> SegmentEvents
    ) {
        self.figure = figure
        self.events = events
    }
}
