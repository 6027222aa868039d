/// How many of those who took a first step took the next ones too, in this order and within a window.
///
/// Somebody is at a step if there are events for it and all before it, none earlier than the one before, the last at most the
/// window after the first. Other events may come between. Of several beginnings the one that leads furthest counts; each person
/// counts once.
public struct Funnel: Sendable {
    public struct Group: Sendable {
        /// `nil`: all together.
        public var name: String?
        /// How many came to each step.
        public var counts: [Int]
        /// Of those who came to step n+1, the milliseconds since step n: a quarter of them, half, three quarters.
        public var between: [Quartiles?]
        /// From the first step to the last.
        public var whole: Quartiles?

        /// Of those at the step before.
        public func conversion(_ step: Int) -> Double? {
            guard step > 0, counts[step - 1] > 0 else { return nil }
            return Double(counts[step]) / Double(counts[step - 1])
        }
        public func ofFirst(_ step: Int) -> Double? { counts[0] > 0 ? Double(counts[step]) / Double(counts[0]) : nil }
    }

    public let steps: [String]
    /// All together first, then each group, the largest first.
    public let groups: [Group]
    public var all: Group { groups[0] }

    /// - Parameters:
    ///   - steps: names of steps and the places in `Happenings.events` that are each; one event may be several steps.
    ///   - window: in milliseconds.
    public init(_ happenings: Happenings, steps: [(name: String, events: Set<Int>)], window: Int64) {
        self.steps = steps.map(\.name)
        var stepsOf = [[Int]](repeating: [], count: happenings.events.count)
        // The last step first, so that one event is not two steps at once.
        for (index, step) in steps.enumerated().reversed() {
            for event in step.events { stepsOf[event].append(index) }
        }
        var all = Tally(steps: steps.count)
        var byGroup: [Int32: Tally] = [:]
        happenings.each { subject, rows in
            let times = Self.furthest(rows, stepsOf, steps.count, window)
            guard !times.isEmpty else { return }
            all.add(times)
            let group = happenings.groupOf[subject]
            if group >= 0 { byGroup[group, default: Tally(steps: steps.count)].add(times) }
        }
        groups =
            [all.group(nil)]
            + byGroup.map { $1.group(happenings.groups[Int($0)]) }.sorted { left, right in
                (right.counts[0], left.name ?? "") < (left.counts[0], right.name ?? "")
            }
    }

    /// The times of the steps of the chain that goes furthest; of equally long ones the first that was complete.
    private static func furthest(
        _ rows: ArraySlice<Happenings.Row>, _ stepsOf: [[Int]], _ count: Int, _ window: Int64
    ) -> [Int64] {
        // For each length the chain that began last: it has most of the window left.
        var chains = [[Int64]](repeating: [], count: count)
        var best: [Int64] = []
        for row in Self.ordered(rows, stepsOf) {
            for step in stepsOf[Int(row.event)] {
                if step == 0 {
                    chains[0] = [row.at]
                } else if let first = chains[step - 1].first, row.at - first <= window {
                    // A chain that began no later has no more of the window left, and is kept for its earlier end.
                    if let known = chains[step].first, known >= first { continue }
                    chains[step] = chains[step - 1] + [row.at]
                } else {
                    continue
                }
                if chains[step].count > best.count { best = chains[step] }
            }
        }
        return best
    }

    /// What happened at one moment stands in the order of the steps.
    private static func ordered(_ rows: ArraySlice<Happenings.Row>, _ stepsOf: [[Int]]) -> ArraySlice<Happenings.Row> {
        guard zip(rows, rows.dropFirst()).contains(where: { $0.at == $1.at }) else { return rows }
        func first(_ row: Happenings.Row) -> Int { stepsOf[Int(row.event)].last ?? .max }
        let order = rows.indices.sorted { (rows[$0].at, first(rows[$0]), $0) < (rows[$1].at, first(rows[$1]), $1) }
        return order.map { rows[$0] }[...]
    }

    private struct Tally {
        var counts: [Int]
        var between: [[Int64]]
        var whole: [Int64] = []

        init(steps: Int) {
            counts = [Int](repeating: 0, count: steps)
            between = [[Int64]](repeating: [], count: max(0, steps - 1))
        }

        mutating func add(_ times: [Int64]) {
            for index in times.indices {
                counts[index] += 1
                if index > 0 { between[index - 1].append(times[index] - times[index - 1]) }
            }
            if times.count == counts.count, let first = times.first, let last = times.last { whole.append(last - first) }
        }

        func group(_ name: String?) -> Group {
            Group(name: name, counts: counts, between: between.map(Quartiles.init), whole: Quartiles(whole))
        }
    }
}
