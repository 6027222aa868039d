import RapportCore
import Testing

@Suite("households and relations, worked out from what was said")
struct HouseholdTests {
    private func time(_ on: Int64, holding: Int64? = nil) -> StatementTime {
        func day(_ number: Int64) -> Timestamp { Timestamp(milliseconds: number * 86_400_000) }
        return StatementTime(
            at: day(holding ?? on), occurredAt: day(on), receivedAt: day(on), ref: EventRef(partition: 1, position: on))
    }

    private func lines(_ statements: [HouseholdHistory.Statement]) -> [String] {
        HouseholdHistory.stays(of: statements).map { stay in
            "\(stay.household) \(stay.since.milliseconds / 86_400_000)-"
                + (stay.until.map { String($0.milliseconds / 86_400_000) } ?? "")
        }
    }

    @Test("one household at a time, by the latest news; a record that repeats itself brings nobody back")
    func stays() {
        let home = HouseholdHistory.Statement(.named(profile: 1, "h1"), time: time(1))
        let left = HouseholdHistory.Statement(.left(nil), time: time(5, holding: 4), isDated: true)
        let again = HouseholdHistory.Statement(.named(profile: 1, "h1"), time: time(7))
        #expect(lines([again, left, home]) == ["h1 1-4"])
        let moved = HouseholdHistory.Statement(.joined("h2"), time: time(9))
        #expect(lines([home, left, again, moved]) == ["h1 1-4", "h2 9-"])
        #expect(lines([home, moved]) == ["h1 1-9", "h2 9-"])
    }

    @Test("a relation begins, ends and may begin again, each time dated")
    func relations() {
        let statements: [RelationHistory.Statement] = [
            .init(tie: "a", side: 0, kind: "partner", time: time(1, holding: 0), isDated: true),
            .init(tie: "a", side: 0, kind: nil, time: time(5)), .init(tie: "a", side: 0, kind: "partner", time: time(8)),
            .init(tie: "b", side: 1, kind: "assists", time: time(2)),
        ]
        let relations = RelationHistory.relations(of: statements.reversed())
        #expect(relations.map(\.kind) == ["partner", "assists", "partner"])
        #expect(relations.map { $0.until == nil } == [false, true, true])
        #expect(throws: Problem.self) { try ContextWords.builtIn.inverse(of: "partnr") }
        #expect(ContextWords.builtIn.inverses["parent"] == "child")
    }
}
