public import RapportCore

/// What one month came to.
public struct MonthTotals: Sendable, Hashable {
    public let month: CalendarMonth
    /// People first known before its end, and those within it; without anonymous, merged and erased ones. `nil` where the house's
    /// first people came later.
    public internal(set) var known: Int?
    public internal(set) var new: Int?
    /// Who ordered for the first time.
    public internal(set) var firstOrders = 0
    /// Who came into the stage `lapsed`; `nil` where no such stage is defined.
    public internal(set) var lapsed: Int?
    public internal(set) var sent = 0
    /// People to whom a message went.
    public internal(set) var written = 0
    public internal(set) var bounced = 0
    /// Messages whose `MonthlyReport.patience` is over and that did not come back, and those of them that were answered.
    public internal(set) var answers = ResponseCount()
    /// People who withdrew a permission or objected, and who reported a message as spam.
    public internal(set) var left = 0
    public internal(set) var complained = 0
    public internal(set) var orders = 0
    public internal(set) var buyers = 0
    /// Minor units: of the orders placed in it, net of tax, cancelled lines and refunds as of the report.
    public internal(set) var revenue: Int64 = 0
    public internal(set) var ordersWithoutAmount = 0

    init(_ month: CalendarMonth) { self.month = month }

    public func perThousand(_ count: Int) -> Double? { sent > 0 ? 1_000 * Double(count) / Double(sent) : nil }
}
