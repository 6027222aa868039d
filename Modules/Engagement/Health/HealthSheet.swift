/// Tallies of one person: everybody's are made in the same places.
struct HealthSheet {
    var own: [DataHealth.Tally]
    private var bySource: [(source: Int64, tallies: [DataHealth.Tally])] = []
    private var used = 0
    private let nothing: [DataHealth.Tally]

    init(_ nothing: [DataHealth.Tally]) {
        self.nothing = nothing
        own = nothing
    }

    var sources: ArraySlice<(source: Int64, tallies: [DataHealth.Tally])> { bySource[..<used] }

    mutating func clear() {
        for place in own.indices where own[place].known > 0 { own[place] = .init() }
        for place in 0..<used {
            for subject in nothing.indices where bySource[place].tallies[subject].known > 0 {
                bySource[place].tallies[subject] = .init()
            }
        }
        used = 0
    }

    subscript(source: Int64, subject: Int) -> DataHealth.Tally {
        get { (0..<used).first { bySource[$0].source == source }.map { bySource[$0].tallies[subject] } ?? .init() }
        set { bySource[place(of: source)].tallies[subject] = newValue }
    }

    private mutating func place(of source: Int64) -> Int {
        for place in 0..<used where bySource[place].source == source { return place }
        if used == bySource.count { bySource.append((source, nothing)) }
        bySource[used].source = source
        used += 1
        return used - 1
    }
}
