import RapportCore
import Testing

@testable import RapportAnalytics

@Suite("Sorting many numbers")
struct NumberSortTests {
    private func numbers(_ count: Int, _ spread: Double) -> [Double] {
        var chance = SplitMix64(seed: UInt64(count))
        return (0..<count).map { _ in
            let number = Double(Int64(bitPattern: chance.next()) % 1_000_000) / 1_000_000 * spread
            return chance.next() % 9 == 0 ? number.rounded() : number
        }
    }

    @Test("they rise as comparing has them, few and many, below zero too", arguments: [0, 1, 7, 2_048, 2_049, 30_000])
    func rising(count: Int) {
        for spread in [1e-9, 1, 12_345, 1e300] {
            let numbers = numbers(count, spread)
            #expect(NumberSort.rising(numbers) == numbers.sorted())
        }
        #expect(NumberSort.rising([Double](repeating: 3, count: 5_000)).allSatisfy { $0 == 3 })
    }

    @Test("their places fall as comparing has them, equal ones in their order", arguments: [0, 1, 7, 2_048, 2_049, 30_000])
    func falling(count: Int) {
        for spread in [1.0, 50, 1e15] {
            let numbers = numbers(count, spread).map { Int64($0) } + [.min, .max, 0].prefix(count)
            let order = numbers.indices.sorted { (numbers[$1], $0) < (numbers[$0], $1) }
            #expect(NumberSort.falling(numbers).map(Int.init) == order)
        }
    }
}
