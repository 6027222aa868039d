import RapportCore
import RapportTestKit
import Testing

@testable import RapportAnalytics

/// People are told apart by their numbers, many at once.
@Suite("People by number")
struct PersonPilesTests {
    private struct One: BitwiseCopyable, Equatable {
        var person: PersonID
        var number: Int
    }

    @Test("what came in any order comes back by person, each person's in the order in which it came", arguments: [1, 2, 3])
    func order(seed: UInt64) {
        var chance = SplitMix64(seed: seed)
        let bound = 1 + Int(chance.next() % 20_000)
        var piles = PersonPiles<One>(people: bound) { $0.person }
        let all = (0..<5_000).map { One(person: PersonID(chance.next() % UInt64(bound)), number: $0) }
        for one in all { piles.add(one, of: one.person) }
        #expect(piles.count == all.count)
        var back: [One] = []
        piles.each { person, own in
            #expect(own.allSatisfy { $0.person == person })
            back += own
        }
        #expect(back == all.sorted { ($0.person, $0.number) < ($1.person, $1.number) })
        #expect(piles.count == 0)
    }

    @Test("a set of people holds those put in and not taken out, whatever their numbers", arguments: [1, 64, 65, 1_000])
    func set(bound: Int) {
        var chance = SplitMix64(seed: UInt64(bound))
        var (set, known) = (PersonSet(bound: bound), Set<PersonID>())
        for _ in 0..<500 {
            let person = PersonID(chance.next() % UInt64(bound))
            guard person > 0 else { continue }
            if chance.next() % 3 == 0 {
                set.remove(person)
                known.remove(person)
            } else {
                #expect(set.insert(person) == known.insert(person).inserted)
            }
        }
        for person in -1...PersonID(bound + 70) { #expect(set.contains(person) == known.contains(person)) }
        #expect((1..<max(1, bound)).allSatisfy { PersonSet(bound: bound, isFull: true).contains(PersonID($0)) })
    }
}
