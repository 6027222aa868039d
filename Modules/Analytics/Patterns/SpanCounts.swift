/// How often each number of days occurs: the common ones, up to some years, by place.
struct SpanCounts {
    private var near = [Int](repeating: 0, count: 4_096)
    private var far: [Int: Int] = [:]
    private(set) var count = 0

    mutating func add(_ days: Int, _ times: Int = 1) {
        count += times
        if days >= 0, days < near.count { near[days] += times } else { far[days, default: 0] += times }
    }

    mutating func add(_ other: SpanCounts) {
        for (days, times) in other.sorted { add(days, times) }
    }

    subscript(days: Int) -> Int { days >= 0 && days < near.count ? near[days] : far[days] ?? 0 }

    /// Those that occur, the fewest days first.
    var sorted: [(days: Int, times: Int)] {
        let all = near.indices.filter { near[$0] > 0 }.map { (days: $0, times: near[$0]) }
        return far.isEmpty ? all : (all + far.map { (days: $0, times: $1) }).sorted { $0.days < $1.days }
    }

    /// The middle; of an even number the mean of the two in the middle.
    var median: Double? {
        guard count > 0 else { return nil }
        let all = sorted
        func number(_ place: Int) -> Double {
            var before = 0
            let found = all.first { one in
                before += one.times
                return place < before
            }
            return Double(found?.days ?? 0)
        }
        return count % 2 == 1 ? number(count / 2) : (number(count / 2 - 1) + number(count / 2)) / 2
    }
}
