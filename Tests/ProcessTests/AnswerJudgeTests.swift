import Foundation
import RapportTestKit
import Testing

/// What the real program answers of random small houses, against plain Python that reckons from the same files.
@Suite("Answers by independent judges")
struct AnswerJudgeTests {
    @Test(
        "journeys shared out to the minor unit, money in several currencies, days about changes of the clocks",
        arguments: ["attribution", "currencies", "clocks"])
    func judged(name: String) async throws {
        let script = Program.root.appending(path: "Tests/Judge/\(name).py").path()
        let (code, text) = try await Program.run(
            "/usr/bin/env", ["python3", script, "--rapport", Program.folder + "rapport", "--houses", "3"])
        #expect(code == 0, "\(text)")
        #expect(text.contains("3 houses: equal"))
    }
}
