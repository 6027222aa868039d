import RapportCore
import Testing

@testable import RapportAnalytics

@Suite("Funnels, paths and gaps")
struct FunnelTests {
    private static func happenings(_ people: [[(String, Int64)]]) -> Happenings {
        var happenings = Happenings(events: ["a", "b", "c", "d"])
        for (index, events) in people.enumerated() {
            let subject = happenings.add(subject: "p\(index)", group: index % 2 == 0 ? "even" : "odd")
            for (name, at) in events {
                happenings.add(subject: subject, event: ["a", "b", "c", "d"].firstIndex(of: name) ?? 0, at: at)
            }
        }
        happenings.sort()
        return happenings
    }

    private static let abc: [(name: String, events: Set<Int>)] = [("a", [0]), ("b", [1]), ("c", [2])]

    /// The furthest step that some choice of events reaches, tried out one by one.
    private static func furthest(_ events: [(String, Int64)], _ window: Int64) -> Int {
        func reach(_ step: Int, from index: Int, first: Int64) -> Int {
            guard step < 3 else { return 3 }
            var best = step
            for next in index..<events.count where events[next].0 == ["a", "b", "c"][step] && events[next].1 - first <= window {
                best = max(best, reach(step + 1, from: next + 1, first: first))
            }
            return best
        }
        var best = 0
        for start in events.indices where events[start].0 == "a" {
            best = max(best, reach(1, from: start + 1, first: events[start].1))
        }
        return best
    }

    @Test("a funnel finds whoever comes through by some choice of events, and nobody else", arguments: 1...6)
    func everyChoice(seed: Int) {
        var chance = SplitMix64(seed: UInt64(seed))
        let people = (0..<150).map { _ in
            var at: Int64 = 0
            return (0..<(1 + chance.next() % 9)).map { _ in
                at += 1 + Int64(chance.next() % 5)
                return (["a", "b", "c", "d"][Int(chance.next() % 4)], at)
            }
        }
        let funnel = Funnel(Self.happenings(people), steps: Self.abc, window: 9)
        let reached = people.map { Self.furthest($0, 9) }
        #expect(funnel.all.counts == (1...3).map { step in reached.count { $0 >= step } })
        let groups = funnel.groups.dropFirst()
        for step in 0..<3 { #expect(groups.reduce(0) { $0 + $1.counts[step] } == funnel.all.counts[step]) }
    }

    @Test("the same step twice needs two events, and what happens at one moment may be several steps")
    func repeats() {
        let once = Self.happenings([[("a", 1)], [("a", 1), ("a", 1)], [("b", 5), ("a", 5)]])
        let twice = Funnel(once, steps: [("a", [0]), ("a again", [0])], window: 10)
        #expect(twice.all.counts == [3, 1])
        #expect(Funnel(once, steps: [("a", [0]), ("b", [1])], window: 10).all.counts == [3, 1])
        let timed = Self.happenings([[("a", 0), ("a", 90), ("b", 100), ("c", 130)]])
        let funnel = Funnel(timed, steps: Self.abc, window: 50)
        #expect(funnel.all.counts == [1, 1, 1] && funnel.all.whole?.median == 40)
        #expect(funnel.all.between.map { $0?.median } == [10, 30])
    }

    @Test("each person has one path, repetition counts once, and an end is an end")
    func paths() {
        let happenings = Self.happenings([
            [("a", 1), ("b", 2), ("b", 3), ("c", 4), ("d", 5)], [("d", 1), ("a", 2), ("b", 9), ("c", 10)], [("a", 1)], [("b", 3)],
        ])
        let after = Paths(happenings, .after(0), depth: 2)
        #expect(after.people == 3)
        #expect(after.paths.map(\.events) == [[0, 1, 2], [0]] && after.paths.map(\.people) == [2, 1])
        #expect(Paths(happenings, .after(0), depth: 2, window: 3).paths.map(\.events).contains([0]))
        #expect(Paths(happenings, .before(2), depth: 2).paths.map(\.events) == [[0, 1, 2]])
        #expect(Paths(happenings, .start, depth: 1).people == 4)
        #expect(Paths(happenings, .after(0), depth: 3, collapsing: false).paths.map(\.events).contains([0, 1, 1, 2]))
        #expect(after.transitions.first.map { [$0.from, $0.to, $0.people] } == [0, 1, 2])
    }

    /// Visits and orders of 16 weeks that go up and down together.
    private static func weeks(_ visits: (Int) -> Double, _ orders: (Int) -> Double) -> [Gaps.Series] {
        var chance = SplitMix64(seed: 3)
        func noise() -> Double { 0.95 + Double(chance.next() % 1_000) / 10_000 }
        let season = (0..<112).map { 1 + 0.4 * Double(($0 / 7) % 5) / 4 }
        return [
            Gaps.Series(
                kind: "page.viewed", source: "web", counts: (0..<112).map { Int(200 * season[$0] * noise() * visits($0)) }),
            Gaps.Series(
                kind: "order.placed", source: "till", counts: (0..<112).map { Int(40 * season[$0] * noise() * orders($0)) }),
        ]
    }

    @Test("series that go on together are left alone; one that sinks while the other stays is named")
    func apart() {
        #expect(Gaps(Self.weeks({ _ in 1 }, { _ in 1 })).apart.isEmpty)
        #expect(Gaps(Self.weeks({ _ in 1 }, { _ in 1 })).pairs == 1)
        let sunk = Gaps(Self.weeks({ _ in 1 }, { $0 >= 105 ? 0.5 : 1 }))
        #expect(sunk.apart.map(\.suspect.source) == ["till"] && sunk.silent.isEmpty)
        #expect((sunk.apart.first?.suspectShare ?? 1) < 0.75 && (sunk.apart.first?.score ?? 0) < -3.5)
        // Both sink: that is the world.
        #expect(Gaps(Self.weeks({ $0 >= 105 ? 0.5 : 1 }, { $0 >= 105 ? 0.5 : 1 })).apart.isEmpty)
    }

    @Test("what stops is silent; what comes seldom is not")
    func silence() {
        let stopped = Gaps(Self.weeks({ _ in 1 }, { $0 >= 108 ? 0 : 1 }))
        #expect(stopped.silent.map(\.series.source) == ["till"] && stopped.silent.first?.days == 4)
        let seldom = (0..<112).map { $0 % 9 == 0 ? 1 : 0 }
        #expect(Gaps([Gaps.Series(kind: "a.b", source: "x", counts: seldom)]).silent.isEmpty)
    }
}
