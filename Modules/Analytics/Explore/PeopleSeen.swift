import RapportCore

/// Who was seen within a period, and at all, while periods go by in their order.
struct PeopleSeen {
    /// By person, the period after that in which they were seen last; empty where people are kept one by one.
    private var last: [UInt16]
    private var current: Set<PersonID> = []
    private var everybody: Set<PersonID> = []
    private var period = 0
    private(set) var inPeriod = 0
    private(set) var inAll = 0

    /// - Parameter people: above every person's number: a small number for each is kept at once; `nil`: only those seen are.
    init(people: Int?) { last = people.map { [UInt16](repeating: 0, count: $0) } ?? [] }

    mutating func see(_ person: PersonID, in period: Int) {
        if period != self.period {
            self.period = period
            inPeriod = 0
            current.removeAll(keepingCapacity: true)
        }
        if last.isEmpty {
            if current.insert(person).inserted { inPeriod += 1 }
            if everybody.insert(person).inserted { inAll += 1 }
            return
        }
        let seen = last[Int(person)]
        if seen == UInt16(period) + 1 { return }
        inPeriod += 1
        if seen == 0 { inAll += 1 }
        last[Int(person)] = UInt16(period) + 1
    }

    /// How many were seen in this period.
    func count(in period: Int) -> Int { period == self.period ? inPeriod : 0 }
}
