import RapportCore
import RapportStorage
import RapportTestKit
import Testing

@Suite("Verifying the log")
struct LogVerifyTests {
    private func verifier(_ lab: LogLab) -> LogVerifier {
        LogVerifier(folds: lab.folds, catalog: lab.catalog, database: lab.database, wall: lab.clock)
    }

    @Test("state that the log explains is found right, and nothing changes", arguments: DatabaseKind.available)
    func right(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let lab = LogLab(database)
            _ = try await lab.door.accept((0..<40).map { .of("p\($0 % 7)", "order.placed", ["total": 5]) }, in: database)
            try await lab.drain()
            let before = try await lab.fingerprints()
            let report = try await verifier(lab).verify()
            #expect(report.people == 7 && report.events == 40 && report.differences.isEmpty)
            #expect(try await lab.fingerprints() == before)
        }
    }

    @Test("a row that was changed, and one that is missing, are reported by person", arguments: DatabaseKind.available)
    func wrong(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let lab = LogLab(database)
            let answers = try await lab.accept(.of("ada", "order.placed"), .of("bob", "order.placed"), .of("eve", "order.placed"))
            try await lab.drain()
            guard case .accepted(_, let ada) = answers[0], case .accepted(_, let bob) = answers[1] else { return }
            try await database.write { db in
                try db.run("UPDATE totals SET count = 2 WHERE person = \(ada)")
                try db.run("DELETE FROM timeline WHERE person = \(bob)")
            }
            let report = try await verifier(lab).verify()
            #expect(report.peopleThatDiffer == [ada, bob])
            let one = try await verifier(lab).verify(person: ada)
            #expect(one.differences.map(\.fold) == ["totals"])
        }
    }
}
