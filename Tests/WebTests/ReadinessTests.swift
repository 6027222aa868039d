import Synchronization
import Testing

@testable import RapportWeb

@Suite("Readiness")
struct ReadinessTests {
    @Test("however many ask at once, the work is tried once, and all get its answer", arguments: [[], ["Database"]])
    func once(faults: [String]) async {
        let attempts = Mutex(0)
        let readiness = Readiness(unanswered: "Silence") {
            attempts.withLock { $0 += 1 }
            try? await Task.sleep(for: .milliseconds(50))
            return faults
        }
        let answers = await withTaskGroup(of: [String].self, returning: [[String]].self) { group in
            for _ in 0..<50 { group.addTask { await readiness.faults() } }
            return await group.reduce(into: [[String]]()) { $0.append($1) }
        }
        #expect(answers == [[String]](repeating: faults, count: 50))
        #expect(await readiness.faults() == faults)
        #expect(attempts.withLock { $0 } == 1)
    }

    @Test("work that does not end is told in half a second, and whoever asks next is told at once")
    func hanging() async {
        let readiness = Readiness(unanswered: "Silence") {
            try? await Task.sleep(for: .seconds(60))
            return []
        }
        let began = ContinuousClock.now
        #expect(await readiness.faults() == ["Silence"])
        let told = ContinuousClock.now
        #expect(told - began < .seconds(5))
        #expect(await readiness.faults() == ["Silence"])
        #expect(ContinuousClock.now - told < .milliseconds(400))
    }

    @Test("work that is slow for a moment changes nothing; what it found is told when it is known")
    func slow() async throws {
        let attempts = Mutex(0)
        let readiness = Readiness(unanswered: "Silence") {
            let number = attempts.withLock { count in
                count += 1
                return count
            }
            guard number > 1 else { return [] }
            try? await Task.sleep(for: .milliseconds(1_000))
            return ["Disk"]
        }
        #expect(await readiness.faults() == [])
        try await Task.sleep(for: .milliseconds(1_100))
        #expect(await readiness.faults() == [], "half a second is over before the second attempt")
        try await Task.sleep(for: .milliseconds(700))
        #expect(await readiness.faults() == ["Disk"])
        #expect(attempts.withLock { $0 } == 2)
    }
}
