import RapportCore
import RapportIntegration
import RapportPluginKit
import RapportStorage
import Testing

@Suite("ready mappings for the exports of other systems")
struct ReadyExportTests {
    /// The kinds of events that each row of an export becomes.
    private func events(_ columns: [String], _ rows: [[String]]) throws -> (name: String?, kinds: [[String]], problems: Int) {
        let values = rows.map { $0.map { JSONValue.string($0) } }
        let guess = MappingGuess(columns: columns, rows: values, source: "list")
        let yaml = try #require(try guess.readyYAML())
        let mapper = Mapper(
            try Mapping(YAMLNode(parsing: yaml, name: "ready.yaml")), source: "list", fields: MappingTests.fields,
            said: MappingTests.said)
        let outcomes = values.enumerated().map { index, row in
            mapper.map(SourceRecord(stream: "a.csv", line: Int64(index + 2), names: columns, values: row))
        }
        return (
            guess.export?.name, outcomes.map { $0.events.map(\.event.kind) },
            outcomes.reduce(0) { $0 + $1.problems.count + $1.omissions.count }
        )
    }

    @Test("Mailchimp: who opted in, confirmed, left and was cleaned")
    func mailchimp() throws {
        let made = try events(
            [
                "Email Address", "First Name", "Last Name", "MEMBER_RATING", "OPTIN_TIME", "OPTIN_IP", "CONFIRM_TIME",
                "UNSUB_TIME", "CLEAN_TIME", "LEID",
            ],
            [
                ["ann@acme.org", "Ann", "Lee", "2", "2024-01-02 10:00:00", "192.0.2.1", "2024-01-02 10:05:00", "", "", "1"],
                ["bob@acme.org", "Bob", "Ray", "2", "", "", "", "2025-01-02 10:00:00", "", "2"],
                ["cyd@acme.org", "Cyd", "Fox", "1", "", "", "", "", "2025-03-02 10:00:00", "3"],
            ])
        #expect(made.name == "Mailchimp")
        #expect(
            made.kinds == [
                ["person.identified", "permission.granted", "permission.confirmed"],
                ["person.identified", "permission.withdrawn"],
                ["person.identified", "message.bounced"],
            ])
        #expect(made.problems == 0)
    }

    @Test(
        "who must not be written to elsewhere is not written to here",
        arguments: [
            (
                ["Record ID", "Email", "First Name", "Lifecycle Stage", "Unsubscribed from all email"],
                ["7", "ann@acme.org", "Ann", "lead", "true"], "permission.withdrawn", 4
            ),
            (
                ["Record ID", "Email", "Lifecycle Stage", "Email hard bounce reason"],
                ["7", "ann@acme.org", "lead", "UNKNOWN_USER"], "message.bounced", 3
            ),
            (
                ["Id", "FirstName", "Email", "HasOptedOutOfEmail"], ["003", "Ann", "ann@acme.org", "TRUE"],
                "permission.withdrawn", 3
            ),
            (
                ["Id", "Email", "EmailBouncedReason", "IsEmailBounced"], ["003", "ann@acme.org", "550 no such user", "true"],
                "message.bounced", 2
            ),
            (
                ["external_id", "email", "email_subscribe", "push_subscribe"],
                ["u1", "ann@acme.org", "unsubscribed", "opted_in"], "permission.withdrawn", 2
            ),
            (
                ["external_id", "email", "email_subscribe", "push_subscribe"], ["u1", "ann@acme.org", "opted_in", "opted_in"],
                "permission.granted", 2
            ),
            (
                ["id", "firstname", "lastname", "email", "dateidentified", "doNotContact"],
                ["1", "Ann", "Lee", "ann@acme.org", "2024-01-01", "1"], "address.suppressed", 5
            ),
        ])
    func stops(_ columns: [String], _ row: [String], _ kind: String, _ place: Int) throws {
        var plain = row
        plain[place] = ""
        let made = try events(columns, [row, plain])
        #expect(made.kinds[0] == ["person.identified", kind])
        #expect(made.kinds[1] == ["person.identified"])
    }

    @Test("a list of one's own has no ready mapping")
    func own() throws {
        let guess = MappingGuess(columns: ["Email Address", "First Name", "Status"], rows: [], source: "list")
        #expect(guess.export == nil)
        #expect(try guess.readyYAML() == nil)
    }
}
