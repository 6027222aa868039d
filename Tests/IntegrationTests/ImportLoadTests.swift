import RapportIntegration
import Testing

@Suite("How much imports bring")
struct ImportLoadTests {
    @Test("an import is much until it is seen to trickle")
    func trickles() {
        var load = ImportLoad()
        var looks: [Bool] = []
        let start = ContinuousClock.now
        looks.append(load.isMuch([:], now: start))
        looks.append(load.isMuch([1: 0], now: start + .seconds(1)))
        looks.append(load.isMuch([1: 50], now: start + .seconds(2)))
        looks.append(load.isMuch([1: 350], now: start + .seconds(3)))
        #expect(looks == [false, true, false, true])
    }

    @Test("an import whose process died holds nobody up, and neither does one that has ended")
    func dead() {
        var load = ImportLoad()
        var looks: [Bool] = []
        let start = ContinuousClock.now
        looks.append(load.isMuch([1: 70_000, 2: 100], now: start))
        looks.append(load.isMuch([1: 70_000, 2: 900], now: start + .seconds(1)))
        looks.append(load.isMuch([1: 70_000], now: start + .seconds(2)))
        #expect(looks == [true, true, false])
    }

    @Test("looks that follow each other at once say what the last one said")
    func close() {
        var load = ImportLoad()
        var looks: [Bool] = []
        let start = ContinuousClock.now
        looks.append(load.isMuch([1: 0], now: start))
        looks.append(load.isMuch([1: 0], now: start + .milliseconds(100)))
        looks.append(load.isMuch([1: 400], now: start + .seconds(1)))
        looks.append(load.isMuch([1: 401], now: start + .milliseconds(1_100)))
        #expect(looks == [true, true, true, true])
    }
}
