import RapportIntegration
import Testing

@Suite("How much imports bring")
struct ImportLoadTests {
    @Test("an import is much until it is seen to trickle")
    func trickles() {
        var load = ImportLoad()
        let start = ContinuousClock.now
        func isMuch(_ running: [Int64: Int64], after milliseconds: Int) -> Bool {
            load.isMuch(running, now: start + .milliseconds(milliseconds))
        }
        #expect(!isMuch([:], after: 0))
        #expect(isMuch([1: 0], after: 1_000))
        #expect(!isMuch([1: 50], after: 2_000))
        #expect(isMuch([1: 350], after: 3_000))
    }

    @Test("an import whose process died holds nobody up, and neither does one that has ended")
    func dead() {
        var load = ImportLoad()
        let start = ContinuousClock.now
        func isMuch(_ running: [Int64: Int64], after milliseconds: Int) -> Bool {
            load.isMuch(running, now: start + .milliseconds(milliseconds))
        }
        #expect(isMuch([1: 70_000, 2: 100], after: 0))
        #expect(isMuch([1: 70_000, 2: 900], after: 1_000))
        #expect(!isMuch([1: 70_000], after: 2_000))
    }

    @Test("looks that follow each other at once say what the last one said")
    func close() {
        var load = ImportLoad()
        let start = ContinuousClock.now
        func isMuch(_ running: [Int64: Int64], after milliseconds: Int) -> Bool {
            load.isMuch(running, now: start + .milliseconds(milliseconds))
        }
        #expect(isMuch([1: 0], after: 0))
        #expect(isMuch([1: 0], after: 100))
        #expect(isMuch([1: 400], after: 1_000))
        #expect(isMuch([1: 401], after: 1_100))
    }
}
