import RapportCore
import RapportStorage
import RapportTestKit
import Testing

@Suite("intake while the database is away")
struct IntakeOutageTests {
    @Test("where it is not known whether a commit was made, nothing stands on the log twice")
    func unknownOutcome() async throws {
        try await TemporaryDatabase.with(.sqlite) { database in
            let lab = LogLab(database)
            let faulty = FaultyDatabase(database)
            let intake = Intake(database: faulty, door: lab.door)
            faulty.failOnce(.duringCommit)
            let answers = try await intake.accept([.of("p1", "order.placed", key: "known again")])
            if case .duplicate = answers[0] {} else { Issue.record("it was there: \(answers)") }
            faulty.failOnce(.duringCommit)
            do {
                _ = try await intake.accept([.of("p2", "order.placed")])
                Issue.record("without a key of its own it is left to the caller")
            } catch let problem as Problem {
                #expect(problem.code == "database.unknown_outcome")
            }
            let events = try await lab.events()
            #expect(events.count == 2)
        }
    }

    @Test("all who wait are told at once that it is away, and nothing is stored")
    func outage() async throws {
        try await TemporaryDatabase.with(.sqlite) { database in
            let lab = LogLab(database)
            let faulty = FaultyDatabase(database)
            let intake = Intake(database: faulty, door: lab.door)
            faulty.failOnce(.atStatement(1))
            let codes = await withTaskGroup(of: String.self) { group in
                for number in 0..<3 {
                    group.addTask {
                        do { _ = try await intake.accept([.of("p\(number)", "order.placed")]) } catch {
                            return (error as? Problem)?.code ?? "\(error)"
                        }
                        return "accepted"
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let accepted = codes.count { $0 == "accepted" }
            #expect(codes.contains("database.unreachable") && accepted < 3)
            let events = try await lab.events()
            #expect(events.count == accepted)
        }
    }
}
