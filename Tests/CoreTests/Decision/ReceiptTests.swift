import RapportCore
import Testing

@Suite("Receipts")
struct ReceiptTests {
    @Test("a receipt gives back the decision, and replaying it gives the same bytes")
    func replay() throws {
        var generator = SplitMix64(seed: 4)
        let tables = ZoneTables()
        var bytes = 0
        for _ in 0..<2_000 {
            let history = RandomHistory(using: &generator, tables: tables)
            let decision = Decider.decide(history.input)
            let receipt = Receipt(history.input, decision)
            #expect(try receipt.decision() == decision)
            #expect(try receipt.replayed(under: history.input.policy) == receipt)
            #expect(try ReceiptShape(bytes: receipt.shape.bytes) == receipt.shape)
            if case .drop = decision.verdict {} else { #expect(try receipt.input(under: history.input.policy) == history.input) }
            bytes += receipt.values.count
        }
        #expect(bytes / 2_000 < 80)
    }

    @Test("an ordinary send takes about 50 bytes and an ordinary drop at most 30")
    func size() {
        let wall = Timestamp(milliseconds: 1_777_809_600_000)
        var input = DecisionInput(
            proposal: Proposal(
                act: 4_711, brand: 12, topic: 14, topicClass: .marketing, offers: [.init(channel: 13, hasAddress: true)],
                expiresAt: wall + .days(3)),
            person: PersonState(
                country: Country("DE") ?? .unknown, zone: ZoneWindow(zone: 1, offset: 7_200),
                permissions: [
                    PermissionEntry(
                        id: 9_000_000, scope: .init(brand: 12, topic: 14, channel: 13), basis: .consent, status: .confirmed,
                        at: wall - .days(200))
                ],
                contacts: (1...2).map {
                    .init(act: 4_700 + $0, channel: 13, topic: 14, topicClass: .marketing, at: wall - .days(9))
                },
                tokens: [.init(token: 30, quality: .good, confidence: 100)]), policy: DecisionPolicy(version: 3), wall: wall)
        #expect(Receipt(input, Decider.decide(input)).values.count <= 60)
        input.person.withdrawals = [OptOutEntry(id: 9_500_000, scope: .everything, at: wall - .days(20))]
        input.person.objections = [OptOutEntry(id: 9_500_000, scope: .everything, at: wall - .days(20))]
        #expect(Decider.decide(input).reason == .objected)
        #expect(Receipt(input, Decider.decide(input)).values.count <= 30)
    }

    @Test("bytes that are no receipt are refused, whatever they are")
    func garbage() throws {
        var generator = SplitMix64(seed: 5)
        let history = RandomHistory(using: &generator, tables: ZoneTables())
        let receipt = Receipt(history.input, Decider.decide(history.input))
        for length in receipt.values.indices {
            var cut = receipt
            cut.values = Array(receipt.values.prefix(length))
            #expect(throws: Problem.self) { try cut.decision() }
        }
        for _ in 0..<20_000 {
            var random = receipt
            random.values = (0..<(generator.next() % 60)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            _ = try? random.decision()
            _ = try? ReceiptShape(bytes: random.values)
        }
    }
}
