import RapportAnalytics
import RapportCore
import Testing

@Suite("Apportionment")
struct ApportionmentTests {
    @Test("parts add up to the amount exactly, whatever it and the weights are")
    func exact() {
        var generator = SplitMix64(seed: 11)
        for _ in 0..<3_000 {
            let count = 1 + Int(generator.next() % 9)
            let weights = (0..<count).map { _ in generator.next() % 5 == 0 ? 0 : Double.random(in: 0...3, using: &generator) }
            let bits = generator.next() % 63
            let amount = Int64(bitPattern: generator.next()) >> Int64(bits)
            let parts = Apportionment.split(amount, by: weights)
            #expect(parts.count == count)
            #expect(parts.reduce(0, &+) == amount)
            #expect(parts.allSatisfy { amount >= 0 ? $0 >= 0 : $0 <= 0 })
            if bits > 20, weights.contains(where: { $0 > 0 }) {
                let sum = weights.reduce(0, +)
                for (part, weight) in zip(parts, weights) {
                    #expect(abs(Double(part) - Double(amount) * weight / sum) <= 1.000_001)
                }
            }
        }
    }

    @Test("of equal remainders the earlier gets the unit, and weights of nothing share alike")
    func ties() {
        #expect(Apportionment.split(10, by: [1, 1, 1]) == [4, 3, 3])
        #expect(Apportionment.split(2, by: [0, 0]) == [1, 1])
        #expect(Apportionment.split(-10, by: [1, 1, 1]) == [-4, -3, -3])
        #expect(Apportionment.split(7, by: []).isEmpty)
        #expect(Apportionment.split(1_000, by: [0.4, 0.2, 0.4]) == [400, 200, 400])
        // Of 6, two fifths and a fifteenth leave the same: the second gets a unit before the last.
        #expect(Apportionment.split(6, by: [6, 1, 1, 1, 6]) == [3, 1, 0, 0, 2])
        #expect(Apportionment.split(.min, by: [1, 1, 1]).reduce(0, &+) == .min)
        #expect(Apportionment.split(.max, by: [1, 2]) == [3_074_457_345_618_258_602, 6_148_914_691_236_517_205])
    }
}
