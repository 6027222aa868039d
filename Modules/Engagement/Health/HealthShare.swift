/// What concerns the people of one source or segment.
struct HealthShare: Sendable {
    var people: Int64 = 0
    var doubtful: Int64 = 0
    var tallies: [DataHealth.Tally]

    /// Adds a person.
    mutating func add(_ own: [DataHealth.Tally], isDoubtful: Bool) {
        people += 1
        doubtful += isDoubtful ? 1 : 0
        for place in own.indices where own[place].known > 0 { tallies[place] += own[place] }
    }

    static func += (left: inout HealthShare, right: HealthShare) {
        left.people += right.people
        left.doubtful += right.doubtful
        for place in right.tallies.indices where right.tallies[place].known > 0 {
            left.tallies[place] += right.tallies[place]
        }
    }
}
