import RapportIntegration
import Testing

@Suite("How much imports bring")
struct ImportLoadTests {
    @Test("an import is much until it is seen to trickle")
    func trickles() {
        var load = ImportLoad()
        let start = ContinuousClock.now
        #expect(!load.isMuch([:], now: start))
        #expect(load.isMuch([1: 0], now: start + .seconds(1)))
        #expect(!load.isMuch([1: 50], now: start + .seconds(2)))
        #expect(load.isMuch([1: 350], now: start + .seconds(3)))
    }

    @Test("an import whose process died holds nobody up, and neither does one that has ended")
    func dead() {
        var load = ImportLoad()
        let start = ContinuousClock.now
        #expect(load.isMuch([1: 70_000, 2: 100], now: start))
        #expect(load.isMuch([1: 70_000, 2: 900], now: start + .seconds(1)))
        #expect(!load.isMuch([1: 70_000], now: start + .seconds(2)))
    }

    @Test("looks that follow each other at once say what the last one said")
    func close() {
        var load = ImportLoad()
        let start = ContinuousClock.now
        #expect(load.isMuch([1: 0], now: start))
        #expect(load.isMuch([1: 0], now: start + .milliseconds(100)))
        #expect(load.isMuch([1: 400], now: start + .seconds(1)))
        #expect(load.isMuch([1: 401], now: start + .milliseconds(1_100)))
    }
}
