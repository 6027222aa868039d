import RapportCore
import RapportHost
import Synchronization
import Testing

@Suite("Patience with a database that is away")
struct OutagePatienceTests {
    private static let away = Problem("database.unreachable", "nobody is there")

    private final class Told: Sendable {
        let problems = Mutex<[Problem]>([])
        var count: Int { problems.withLock { $0.count } }
    }

    private func patience(_ limit: Span, _ told: Told) -> OutagePatience {
        OutagePatience(limit: limit, interval: .milliseconds(10)) { problem in told.problems.withLock { $0.append(problem) } }
    }

    @Test("it is told once, waited for, and gone on with")
    func comesBack() async throws {
        let told = Told()
        let attempts = Mutex(0)
        let result = try await patience(.minutes(1), told).over {
            let number = attempts.withLock { count in
                count += 1
                return count
            }
            if number < 5 { throw Self.away }
            return "done"
        }
        #expect(result == "done" && attempts.withLock { $0 } == 5)
        #expect(told.problems.withLock { $0 } == [Self.away])
    }

    @Test("it ends: with the problem, after the time that was given")
    func ends() async {
        let (told, began) = (Told(), ContinuousClock.now)
        await #expect(throws: Self.away) { try await patience(Span(milliseconds: 200), told).over { throw Self.away } }
        #expect((Duration.milliseconds(150)...Duration.seconds(10)).contains(ContinuousClock.now - began))
        #expect(told.count == 1)
    }

    @Test("whoever got further meets an outage of its own")
    func further() async throws {
        let told = Told()
        let done = Mutex<Int64>(0)
        try await patience(Span(milliseconds: 60), told).over(done: { done.withLock { $0 } }) {
            let now = done.withLock { count in
                count += 1
                return count
            }
            try await Task.sleep(for: .milliseconds(20))
            if now < 8 { throw Self.away }
        }
        #expect(told.count == 7)
    }

    @Test("without patience it is told at once; what waiting does not mend is never waited for", arguments: [0, 60_000])
    func atOnce(limit: Int64) async {
        let told = Told()
        let codes = ["database.damaged", "database.gone", "database.not_durable", "import.bad_date"]
        for code in limit == 0 ? codes + ["database.unreachable"] : codes {
            let problem = Problem(code, "so it is")
            let attempts = Mutex(0)
            await #expect(throws: problem) {
                try await patience(Span(milliseconds: limit), told).over {
                    attempts.withLock { $0 += 1 }
                    throw problem
                }
            }
            #expect(attempts.withLock { $0 } == 1)
        }
        #expect(told.count == 0)
    }
}
