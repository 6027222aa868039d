/// How many customers are lost in each period, by a stated meaning of "lost".
///
/// Who has no contract never says goodbye, so the meaning is an assumption, and is shown with the numbers. Somebody is lost on the
/// day on which it becomes true, with what was known on that day; who buys later is won back then.
public struct Churn: Sendable {
    public enum Meaning: Sendable, Hashable {
        /// No purchase for so many days.
        case idle(days: Int)
        /// No purchase for so many times the customer's own usual gap (its median so far; of all customers for who bought once),
        /// and at least so many days.
        case ownRhythm(times: Double, atLeast: Int)
        /// The day on which the contract ended.
        case contract
    }

    public struct Period: Sendable, Hashable {
        /// `CalendarPeriod.number`
        public var period: Int
        /// Customers on the eve of its first day.
        public var atStart: Int
        public var new: Int
        public var wonBack: Int
        public var lost: Int
        /// Lost of those who were there at the start.
        public var lostOfStart: Int
        /// Of those who were there at the start, the share that was lost in it; `nil` where nobody was there.
        public var rate: Double? { atStart > 0 ? Double(lostOfStart) / Double(atStart) : nil }
        public var atEnd: Int { atStart + new + wonBack - lost }
    }

    public let meaning: Meaning
    public let every: CalendarPeriod
    public let periods: [Period]
    public let end: Int
    public let customers: Int
    /// The median of all gaps between purchases, in days.
    public let usualGap: Double?

    /// - Parameters:
    ///   - ends: for `contract`: the day on which each customer's contract ended, by place; those without go on.
    ///   - end: the day up to which purchases count; the last day of all without.
    public init(
        _ purchases: Purchases, meaning: Meaning, every: CalendarPeriod, ends: [Int: Int] = [:], until end: Int? = nil
    ) {
        let days = PurchaseDays(purchases, until: end)
        self.meaning = meaning
        self.every = every
        self.end = days.end
        customers = days.customers.count
        let usual = days.usualGap
        usualGap = usual
        guard let first = days.customers.map({ every.number(of: $0.days[0]) }).min() else {
            periods = []
            return
        }
        let last = every.number(of: days.end)
        var found = (first...last).map { Period(period: $0, atStart: 0, new: 0, wonBack: 0, lost: 0, lostOfStart: 0) }
        var losses = Losses(meaning, usual)
        for customer in days.customers {
            var came = every.number(of: customer.days[0])
            found[came - first].new += 1
            for (lost, back) in losses.find(customer, ends[customer.index], days.end) {
                let period = every.number(of: lost)
                found[period - first].lost += 1
                if came < period { found[period - first].lostOfStart += 1 }
                guard let back else { break }
                came = every.number(of: back)
                found[came - first].wonBack += 1
            }
        }
        var there = 0
        for index in found.indices {
            found[index].atStart = there
            there = found[index].atEnd
        }
        periods = found
    }

    /// How long without a purchase is too long after the purchase at `index`, with what is known then.
    static func patience(_ meaning: Meaning, _ customer: PurchaseDays.Customer, upTo index: Int, _ usual: Double?) -> Int? {
        switch meaning {
        case .idle(let days): return days
        case .contract: return nil
        case .ownRhythm(let times, let least):
            let days = customer.days
            let gaps = (0..<index).map { days[$0 + 1] - days[$0] }
            return (PurchaseDays.median(gaps) ?? usual).map { wait($0, times, atLeast: least) }
        }
    }

    /// How long so many times a usual gap is.
    static func wait(_ gap: Double, _ times: Double, atLeast least: Int) -> Int { max(least, Int((gap * times).rounded(.up))) }
}
