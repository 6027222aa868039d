import RapportCore
import Testing

@testable import RapportWeb

@Suite("answers that tell of a fault")
struct ReplyTests {
    @Test(
        "a database that takes nothing is 503 and to be asked again; where it is stays in the log",
        arguments: [
            ("database.unreachable", 503), ("database.full", 503), ("database.gone", 503), ("database.unknown_outcome", 503),
            ("database.busy", 503), ("database.failed", 500), ("database.damaged", 500),
        ])
    func outage(code: String, status: Int) {
        let problem = Problem(
            code, "connection to db7.internal failed (SELECT secret FROM people)", remedy: "Check /srv/rapport.db")
        #expect("\(Reply.status(of: problem))".hasPrefix("\(status)"))
        let told = Reply.told(problem).description
        for secret in ["db7", "SELECT", "/srv"] { #expect(!told.contains(secret)) }
        #expect(Reply.told(Problem("track.no_event", "`event` is missing")).description == "`event` is missing")
    }

    @Test("libraries find code and message on the top level, others under `error`")
    func libraries() {
        let problem = Problem("track.no_event", "`event` is missing", at: .init(path: "event"))
        let told = Reply.body(problem, isForLibraries: true)
        #expect(told["code"] == "track.no_event" && told["message"] == "event: `event` is missing")
        #expect(told["error"]?["code"] == told["code"] && told["error"]?["field"] == "event")
        #expect(Reply.body(problem, isForLibraries: false)["code"] == nil)
    }
}
