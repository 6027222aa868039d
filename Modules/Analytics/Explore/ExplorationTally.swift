import RapportCore
import RapportStorage

/// Adds up events by group, currency and period.
struct ExplorationTally {
    /// What an event is counted under. Symbols and numbers of slots are numbers; what is read from fields and properties is text.
    enum Group: Hashable {
        case none
        case number(Int64)
        case text(String)
    }

    struct Key: Hashable {
        var group: Group
        /// The symbol of a currency, 0 for none.
        var currency: Int64
    }

    struct Sums {
        var counts: [Int]
        /// In minor units, or whatever the property holds.
        var amounts: [Int64]
        var people: [Set<PersonID>]
        /// Where SQL counted them.
        var counted: [Int]
        var total = 0
        var everybody: Set<PersonID> = []
    }

    let question: Exploration.Question
    let zone: TimeZoneRules
    let plan: ExplorationPlan
    let rates: ExchangeRates
    let periods: [Int]
    /// The period of each piece of time: a period, or a part of one in which the house's rates are the same.
    let pieces: [Int]
    /// The first day of each piece, and the day after the last.
    let days: [Int]
    /// The first moment of each piece, and the end of the last, in milliseconds.
    let edges: [Int64]
    var sums: [Key: Sums] = [:]
    /// Of all groups, different people, where SQL counted them.
    var overall: (byPeriod: [Int], total: Int)?
    var propertiesSeen: Set<String> = []
    var withoutAmount = 0
    private(set) var events = 0
    private(set) var withGroup = 0
    private(set) var withAmount = 0

    init(question: Exploration.Question, zone: TimeZoneRules, plan: ExplorationPlan, rates: ExchangeRates = ExchangeRates()) {
        self.question = question
        self.zone = zone
        self.plan = plan
        self.rates = rates
        let (first, last) = (
            question.every.number(of: question.days.lowerBound), question.every.number(of: question.days.upperBound)
        )
        periods = Array(first...last)
        let starts = periods.map { max(question.every.start(of: $0), question.days.lowerBound) }
        let changes = rates.days.filter { question.days.contains($0) }
        let firsts = Set(starts).union(changes).sorted()
        pieces = firsts.map { day in starts.lastIndex { $0 <= day } ?? 0 }
        days = firsts + [question.days.upperBound + 1]
        edges = days.map { zone.start(ofDay: Int64($0)) }
        empty = Self.empty(question, pieces.count)
    }

    var needsPeople: Bool { question.measure == .people }

    func sawNothingOf(_ plan: ExplorationPlan) -> Bool {
        if case .property = plan.grouping { return events > 0 && withGroup == 0 }
        return false
    }
    var sawNoAmount: Bool { plan.amountProperty != nil && events > 0 && withAmount == 0 }

    /// Nothing in any piece; kept, for it is copied only where a group is new.
    private let empty: Sums

    private static func empty(_ question: Exploration.Question, _ count: Int) -> Sums {
        let needsPeople = question.measure == .people
        return Sums(
            counts: [Int](repeating: 0, count: count), amounts: [Int64](repeating: 0, count: count),
            people: needsPeople ? [Set<PersonID>](repeating: [], count: count) : [],
            counted: [Int](repeating: 0, count: count))
    }

    mutating func add(_ key: Key, piece: Int, person: PersonID, amount: Int64?) throws {
        events += 1
        if key.group != .none { withGroup += 1 }
        if case .sum = question.measure {
            guard let amount else {
                withoutAmount += 1
                return
            }
            withAmount += 1
            let none = empty
            var sum = sums[key] ?? none
            let (added, isTooBig) = sum.amounts[piece].addingReportingOverflow(amount)
            guard !isTooBig else { throw Problem("explore.overflow", "the sum needs more than 64 bits") }
            sums[key] = nil
            sum.amounts[piece] = added
            sum.counts[piece] += 1
            sums[key] = sum
            return
        }
        let none = empty
        sums[key, default: none].counts[piece] += 1
        if needsPeople {
            sums[key]?.people[piece].insert(person)
            sums[key]?.everybody.insert(person)
        }
    }

    mutating func add(_ key: Key, piece: Int, count: Int, people: Int, amount: Int64) {
        let none = empty
        sums[key, default: none].counts[piece] += count
        sums[key]?.counted[piece] += people
        sums[key]?.amounts[piece] += amount
        events += count
        withGroup += count
        withAmount += count
    }

    mutating func setTotal(_ key: Key, people: Int) {
        let none = empty
        sums[key, default: none].total = people
    }

    /// The piece that a moment is in; `nil` outside.
    func piece(of at: Int64) -> Int? {
        guard let first = edges.first, let last = edges.last, at >= first, at < last else { return nil }
        var (low, high) = (0, pieces.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if edges[middle] <= at { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
