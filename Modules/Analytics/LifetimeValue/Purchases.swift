/// Who bought on which day for how much: what lifetime value is reckoned from.
///
/// Purchases of one customer on one day count as one. A row with an amount below zero is a refund: it lowers what the
/// customer spent and is no purchase.
public struct Purchases: Sendable {
    /// The names of customers; the other arrays refer to them by place.
    public private(set) var customers: [String]
    /// Whether any row has an amount.
    public private(set) var hasAmounts = false
    /// Rows that are refunds.
    public private(set) var refunds = 0
    var rows: [Row] = []

    struct Row: Sendable {
        var customer: Int32
        /// Days since 1970.
        var day: Int32
        var amount: Double
        /// An amount below zero is a refund.
        var isPurchase: Bool { !(amount < 0) }
    }

    public init(customers: [String] = []) { self.customers = customers }

    /// - Parameter count: so many rows will come.
    init(reserving count: Int) {
        customers = []
        rows.reserveCapacity(count)
    }

    /// Joins lists, each of customers of its own.
    ///
    /// - Parameters:
    ///   - customers: the names of all of them, list after list.
    ///   - counts: how many customers each list has.
    init(joining parts: [Purchases], _ customers: [String], of counts: [Int]) {
        self.customers = customers
        rows.reserveCapacity(parts.reduce(0) { $0 + $1.rows.count })
        var before: Int32 = 0
        for (part, count) in zip(parts, counts) {
            for row in part.rows { rows.append(Row(customer: before + row.customer, day: row.day, amount: row.amount)) }
            before += Int32(count)
            if part.hasAmounts { hasAmounts = true }
            refunds += part.refunds
        }
    }

    /// Names the customers, in the order of their places.
    mutating func name(_ customers: [String]) { self.customers = customers }

    public var count: Int { rows.count }

    /// - Parameters:
    ///   - day: days since 1970.
    ///   - amount: in the currency's unit; `nil`: unknown.
    public mutating func add(customer: Int, day: Int, amount: Double? = nil) {
        if amount != nil { hasAmounts = true }
        let isRefund = (amount ?? 0) < 0
        if isRefund { refunds += 1 }
        rows.append(Row(customer: Int32(customer), day: Int32(clamping: day), amount: amount ?? 0))
    }

    /// The first and last days on which somebody bought; `nil` where nobody did.
    public var days: ClosedRange<Int>? {
        var range: ClosedRange<Int>?
        for row in rows where row.isPurchase {
            let day = Int(row.day)
            range = range.map { min($0.lowerBound, day)...max($0.upperBound, day) } ?? day...day
        }
        return range
    }
}

extension Purchases {
    /// The last day of each customer who has one, by place.
    public var lastDays: [Int: Int] {
        Dictionary(rows.map { (Int($0.customer), Int($0.day)) }, uniquingKeysWith: max)
    }
}
