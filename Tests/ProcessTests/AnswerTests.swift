import Foundation
import RapportCore
import RapportTestKit
import Testing

/// Every analysis, asked of two houses alike, one on each database.
@Suite("Answers of both databases")
struct AnswerTests {
    private static let questions = [
        "rfm", "rfm --until DAY --currency USD --rate EUR=1.1 --rate JPY=0.007", "cohorts", "cohorts --every week", "churn",
        "churn --idle-days 60 --every week", "rhythm", "clv fit --dry-run", "clv fit --dry-run --calibration-end DAY",
        "profiles fit --dry-run", "worth --dry-run", "worth --dry-run --as-of DAY", "attribution", "attribution --as-of DAY",
        "funnel message.sent link.clicked order.placed", "paths --after order.placed --depth 3",
        "explore order.placed --every month",
        "explore order.placed --sum total --every week", "explore order.placed --people --by store",
        "explore page.viewed --by country",
        "explore order.placed --by hour --compare previous", "journey", "next-best time", "next-best channel",
        "next-best content", "gaps", "adoption", "annoyance", "health", "report show", "baskets rules",
        "recommend fit --dry-run", "recommend for c2@a.example", "lift --campaign spring --observed", "campaigns report spring",
        "predict fit --outcome order.placed --within 30d --dry-run --as-of DAY", "lifecycle count",
        "segments count segment(\"buyers\")",
    ]

    /// Without ids, which are drawn, and without moments of now: those of the history are whole minutes.
    private static func lasting(_ answer: String) -> String {
        answer.replacing(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, with: "ID")
            .replacing(/T\d\d:\d\d:(?!00\.000)\d\d\.\d{3}Z/, with: "NOW")
    }

    /// A house on each of the databases, made by the same hand.
    private func withHouses(
        _ kinds: ArraySlice<DatabaseKind>, _ houses: [AnswerHouse] = [], _ body: ([AnswerHouse]) async throws -> Void
    ) async throws {
        guard let kind = kinds.first else { return try await body(houses) }
        let folder = FileManager.default.temporaryDirectory.appending(path: "answers-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await TemporaryDatabase.withURL(kind, migrations: []) { url in
            let house = try await AnswerHouse(url, in: folder, AnswerHistory(today: Self.today))
            try await withHouses(kinds.dropFirst(), houses + [house], body)
        }
    }

    private static let today = Int(Date().timeIntervalSince1970 / 86_400)

    @Test("are the same to the last byte: refunds, currencies, midnights, people who are one, were one, or are gone")
    func same() async throws {
        try await withHouses(DatabaseKind.available[...]) { houses in
            for question in Self.questions {
                let words = question.replacing("DAY", with: AnswerHistory(today: Self.today).day(45)).split(separator: " ")
                // One right after the other: what is told of "now" is told of the same day.
                var answers: [String] = []
                for house in houses { answers.append(Self.lasting(try await house.answer(words.map(String.init)))) }
                let first = try #require(answers.first)
                #expect(try JSONValue(parsing: first).object?.isEmpty != true, "\(question)")
                for other in answers.dropFirst() where other != first {
                    let start = zip(first, other).prefix { $0 == $1 }.count
                    let parts = [first, other].map { String($0.dropFirst(max(0, start - 80)).prefix(160)) }
                    Issue.record("\(question): \(parts[0]) is not \(parts[1])")
                }
            }
        }
    }
}
