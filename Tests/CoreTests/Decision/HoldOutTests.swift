import RapportCore
import Testing

@Suite("Hold-outs")
struct HoldOutTests {
    @Test("a trial draws evenly, the same whenever it is asked, and without regard to other trials")
    func draws() {
        let people: [PersonID] = Array(1...40_000)
        for share in [100, 1_000, 5_000] {
            let held = people.count { HoldOut.draw("campaign:1", person: $0) < share }
            let expected = 4.0 * Double(share)
            #expect(abs(Double(held) - expected) < 5 * (expected * (1 - Double(share) / 10_000)).squareRoot())
        }
        #expect(people.allSatisfy { HoldOut.draw("campaign:7", person: $0) == HoldOut.draw("campaign:7", person: $0) })
        // Half of those who are in one are in the other.
        let first = people.filter { HoldOut.draw("campaign:1", person: $0) < 5_000 }
        let both = first.count { HoldOut.draw("campaign:2", person: $0) < 5_000 }
        #expect(abs(Double(both) - Double(first.count) / 2) < 5 * (Double(first.count) / 4).squareRoot())
    }

    @Test(
        "a share is read as it is written",
        arguments: [
            ("10 %", 1_000), ("10%", 1_000), ("2.5 %", 250), ("0.1", 1_000), ("0.0001", 1), ("0", 0), ("100 %", 10_000),
            ("1", 10_000),
        ])
    func reading(text: String, share: Int) {
        #expect(HoldOut.share(text) == share)
        #expect(HoldOut.share(HoldOut.text(share)) == share)
    }

    @Test("what is no share is none", arguments: ["", "%", "ten", "-1 %", "101 %", "1.01", "0.00001", "1,5 %"])
    func refusing(text: String) { #expect(HoldOut.share(text) == nil) }
}
