import Logging
import RapportCore
import Synchronization
import Testing

@testable import RapportHost

@Suite("the log")
struct LineLogTests {
    @Test("says once a half minute what goes on failing, and how often it did")
    func repeats() {
        let lines = Mutex<[String]>([])
        let moment = Mutex(ContinuousClock.now)
        let settings = LogSettings(level: "info", format: .text)
        var logger = Logger(label: "lab") { label in
            LineLogHandler(label: label, settings: settings, now: { moment.withLock { $0 } }) { line in
                lines.withLock { $0.append(line) }
            }
        }
        for round in 0..<70 {
            logger[metadataKey: "request"] = "\(round)"
            logger.warning("it will be tried again", metadata: ["error": "no room"])
            logger.info("a round", metadata: ["n": "same"])
            if round == 30 { logger.warning("it will be tried again", metadata: ["error": "another"]) }
            moment.withLock { $0 += .seconds(1) }
        }
        let told = lines.withLock { $0 }.filter { $0.contains("no room") }
        #expect(told.count == 3 && told.filter { $0.contains("repeated=29") }.count == 2, "\(told)")
        #expect(lines.withLock { $0.count { $0.contains("another") } } == 1, "another error is another line")
        #expect(lines.withLock { $0.count { $0.contains("a round") } } == 70, "what is no warning is told each time")
    }
}
