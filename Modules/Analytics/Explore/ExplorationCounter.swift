import RapportCore

/// Adds up events period by period. What they are told apart by is few, and mostly what it was just before.
struct ExplorationCounter {
    typealias Key = ExplorationTally.Key

    /// For so many groups a small number is kept for every person of the house; of more, people are kept one by one.
    private static let dense = 64

    private let people: Int?
    private let needsPeople: Bool
    private let needsAmounts: Bool
    private var places: [Key: Int] = [:]
    private var keys: [Key] = []
    private var counts: [Int] = []
    private var amounts: [Int64] = []
    private var seen: [PeopleSeen] = []
    private var all: PeopleSeen
    private var allByPeriod: [Int] = []
    private var lastKey: Key?
    private var lastPlace = 0
    private var withoutAmount = 0

    /// - Parameter people: above every person's number.
    init(_ measure: Exploration.Measure, people: Int, periods: Int) {
        let people = periods < UInt16.max ? people : nil
        self.people = people
        needsPeople = measure == .people
        if case .sum = measure { needsAmounts = true } else { needsAmounts = false }
        all = PeopleSeen(people: needsPeople ? people : nil)
    }

    /// - Throws: `Problem` `explore.overflow`.
    mutating func add(_ key: Key, period: Int, person: PersonID, amount: Int64?) throws {
        if needsAmounts, amount == nil {
            withoutAmount += 1
            return
        }
        let place = place(of: key)
        counts[place] += 1
        if needsPeople {
            seen[place].see(person, in: period)
            all.see(person, in: period)
        } else if let amount {
            let (sum, isTooBig) = amounts[place].addingReportingOverflow(amount)
            guard !isTooBig else { throw Problem("explore.overflow", "the sum needs more than 64 bits") }
            amounts[place] = sum
        }
    }

    private mutating func place(of key: Key) -> Int {
        if key == lastKey { return lastPlace }
        lastKey = key
        if let known = places[key] {
            lastPlace = known
            return known
        }
        lastPlace = keys.count
        places[key] = keys.count
        keys.append(key)
        counts.append(0)
        amounts.append(0)
        if needsPeople { seen.append(PeopleSeen(people: keys.count <= Self.dense ? people : nil)) }
        return lastPlace
    }

    /// Gives the period's figures to `tally` and begins the next.
    mutating func end(_ period: Int, into tally: inout ExplorationTally) {
        for (place, key) in keys.enumerated() where counts[place] > 0 {
            tally.add(
                key, period: period, count: counts[place], people: needsPeople ? seen[place].count(in: period) : 0,
                amount: amounts[place])
            counts[place] = 0
            amounts[place] = 0
        }
        if needsPeople { allByPeriod.append(all.count(in: period)) }
    }

    /// Gives what is of the whole time.
    func end(into tally: inout ExplorationTally) {
        tally.withoutAmount += withoutAmount
        guard needsPeople else { return }
        for (place, key) in keys.enumerated() { tally.setTotal(key, people: seen[place].inAll) }
        // One person may be in several groups, so that all is not their sum.
        tally.overall = (allByPeriod, all.inAll)
    }
}
