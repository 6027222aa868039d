/// What people did next, or before: the most common ways from an event or to it.
///
/// Each person has one path: from their first event of the kind asked about (from their first event of all, where none is asked
/// about). What is done several times in a row counts as once unless asked otherwise.
public struct Paths: Sendable {
    public enum Anchor: Sendable, Hashable {
        case start
        case after(Int)
        case before(Int)
    }

    public struct Path: Sendable, Hashable {
        /// In the order in which they happened; fewer than asked for where no more happened.
        public var events: [Int]
        public var people: Int
    }

    public let anchor: Anchor
    public let names: [String]
    /// The most common first; those of equal number by their names.
    public let paths: [Path]
    /// People with a path.
    public let people: Int
    /// How often one event followed another directly within the paths.
    public let transitions: [(from: Int, to: Int, people: Int)]

    /// - Parameters:
    ///   - depth: how many events a path has at most beside the one asked about.
    ///   - window: milliseconds around it; `nil`: without end.
    ///   - collapsing: whether events in a row that are the same count as one.
    public init(_ happenings: Happenings, _ anchor: Anchor, depth: Int, window: Int64? = nil, collapsing: Bool = true) {
        self.anchor = anchor
        names = happenings.events
        var found: [[Int32]: Int] = [:]
        happenings.each { _, rows in
            guard let path = Self.path(rows, anchor, depth, window, collapsing) else { return }
            found[path, default: 0] += 1
        }
        people = found.values.reduce(0, +)
        let names = names
        paths = found.map { Path(events: $0.map(Int.init), people: $1) }.sorted { left, right in
            if left.people != right.people { return left.people > right.people }
            return left.events.map { names[$0] }.lexicographicallyPrecedes(right.events.map { names[$0] })
        }
        var steps: [[Int]: Int] = [:]
        for path in paths {
            for pair in Set(zip(path.events, path.events.dropFirst()).map { [$0, $1] }) { steps[pair, default: 0] += path.people }
        }
        transitions = steps.map { (from: $0[0], to: $0[1], people: $1) }.sorted {
            ($1.people, $0.from, $0.to) < ($0.people, $1.from, $1.to)
        }
    }

    private static func path(
        _ rows: ArraySlice<Happenings.Row>, _ anchor: Anchor, _ depth: Int, _ window: Int64?, _ collapsing: Bool
    ) -> [Int32]? {
        var path: [Int32] = []
        switch anchor {
        case .start, .after:
            var begin = rows.startIndex
            if case .after(let event) = anchor {
                guard let first = rows.firstIndex(where: { $0.event == event }) else { return nil }
                begin = first
            }
            let most = depth + (anchor == .start ? 0 : 1)
            for row in rows[begin...] {
                if path.count == most { break }
                if let window, row.at - rows[begin].at > window { break }
                if collapsing, path.last == row.event { continue }
                path.append(row.event)
            }
        case .before(let event):
            guard let last = rows.firstIndex(where: { $0.event == event }) else { return nil }
            for row in rows[...last].reversed() {
                if path.count == depth + 1 { break }
                if let window, rows[last].at - row.at > window { break }
                if collapsing, path.last == row.event { continue }
                path.append(row.event)
            }
            path.reverse()
        }
        return path
    }
}
