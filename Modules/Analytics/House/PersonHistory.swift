import RapportCore

/// What is known of one person for predicting: events by kind and time, and what was said of fields when.
struct PersonHistory {
    private let plan: SnapshotPlan
    /// By place of the kind, ascending.
    private var times: [[Int64]]
    private var amounts: [[Double]]
    private var said: [[(at: Int64, text: String?)]]
    private(set) var first = Int64.max

    init(_ plan: SnapshotPlan) {
        self.plan = plan
        times = .init(repeating: [], count: plan.kinds.count)
        amounts = times.map { _ in [] }
        said = .init(repeating: [], count: plan.fields.count)
    }

    mutating func clear() {
        for place in times.indices {
            times[place].removeAll(keepingCapacity: true)
            amounts[place].removeAll(keepingCapacity: true)
        }
        for place in said.indices { said[place].removeAll(keepingCapacity: true) }
        first = .max
    }

    /// - Parameter amount: in minor units; `nan` for none, and for another currency's.
    mutating func happened(_ place: Int, at time: Int64, amount: Double) {
        times[place].append(time)
        amounts[place].append(amount)
        first = min(first, time)
    }

    mutating func said(_ field: Int, _ text: String?, at time: Int64) { said[field].append((time, text)) }

    /// Whether the question is asked of the person at a moment: something had happened before, and what it is asked of.
    func isAsked(at moment: Int64) -> Bool {
        guard first < moment else { return false }
        guard let having = plan.having else { return true }
        return times[having].first.map { $0 < moment } ?? false
    }

    /// Whether it happened from a moment on, within the time.
    func happens(from moment: Int64) -> Bool {
        let all = times[plan.outcome]
        let next = Self.count(all, before: moment)
        return next < all.count && all[next] < moment + plan.within
    }

    /// What is known before a moment, as `SnapshotPlan.names` calls it.
    func features(at moment: Int64) -> [Double] {
        let day = 86_400_000.0
        var last = Int64.min
        var out: [Double] = [Double(moment - first) / day, 0]
        out.reserveCapacity(4 + 6 * times.count)
        for place in times.indices {
            let own = times[place]
            let end = Self.count(own, before: moment)
            let near = Self.count(own, before: moment - plan.within)
            let far = Self.count(own, before: moment - 4 * plan.within)
            out.append(Double(end - near))
            out.append(Double(end - far))
            out.append(Double(end))
            out.append(end > 0 ? Double(moment - own[end - 1]) / day : .nan)
            if end > 0 { last = max(last, own[end - 1]) }
            if plan.kinds[place].amount != nil {
                let (recent, all) = (Self.sum(amounts[place], far, end), Self.sum(amounts[place], 0, end))
                out.append(recent.sum)
                out.append(all.count == 0 ? .nan : all.sum / Double(all.count))
            }
        }
        out[1] = last == .min ? .nan : Double(moment - last) / day
        let own = times[plan.outcome]
        let end = Self.count(own, before: moment)
        var gap = Double.nan
        if end > 1, own[end - 1] > own[0] { gap = Double(own[end - 1] - own[0]) / day / Double(end - 1) }
        out.append(gap)
        out.append(gap.isNaN ? .nan : Double(moment - own[end - 1]) / day / gap)
        return out
    }

    /// What had been said last of each field before a moment.
    func texts(at moment: Int64) -> [String?] {
        said.map { told in told.last { $0.at < moment }?.text }
    }

    /// Of the amounts that are known, from one place to before another.
    private static func sum(_ amounts: [Double], _ start: Int, _ end: Int) -> (sum: Double, count: Int) {
        var (sum, count) = (0.0, 0)
        for place in start..<end where !amounts[place].isNaN {
            sum += amounts[place]
            count += 1
        }
        return (sum, count)
    }

    /// How many of ascending times are before a moment.
    private static func count(_ times: [Int64], before moment: Int64) -> Int {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < moment { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
