import ArgumentParser
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

struct PeopleQuestionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "question",
        abstract: "The one question to ask a person now, if any: whether something that we know still holds.",
        discussion: """
            Of what is past its freshness budget the question that is worth most; at most one a day, and none that was asked or \
            declined lately. That it was asked is noted, unless --look is given. `rapport people answer` takes the answer.

            EXAMPLES:
              rapport people question anna@example.com --at call
              rapport people question external.crm:17 --at till --contact receipt-4711 --json
              rapport people question anna@example.com --look
            """)

    @Argument(help: "A public id, kind:value, an email address or a phone number.") var person: String
    @Option(help: "Where the person is met: form, call, till, preferences …") var at: String?
    @Option(help: "Names the occasion: asking again within it gives the same question.") var contact = ""
    @Flag(help: "Only look: note nothing.") var look = false
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let meeting = QuestionDesk.Contact(touchpoint: at, name: contact, actor: commandLineActor)
        let (question, now) = try await common.withRapport { rapport in
            let region = rapport.configuration.house.country
            let id = try await rapport.database.read { [person] db in try People.named(person, region: region, in: db) }
            let desk = rapport.questionDesk
            let question =
                look
                ? try await rapport.database.read { db in try desk.look(id, meeting, in: db) }
                : try await rapport.stepping { try await desk.ask(id, meeting) }
            return (question, rapport.clock.now)
        }
        if let question {
            output.line(question.text(output.texts))
            let days = question.freshness.age(at: now).milliseconds / 86_400_000
            output.say(
                "people.question",
                [
                    "field": question.subject, "value": question.value, "days": String(days),
                    "confidence": String(question.freshness.confidence(at: now) / 10),
                ])
        } else {
            output.say("people.no_question")
        }
        output.json(["question": question.map { $0.json(output.texts, at: now) } ?? .null])
    }
}

struct PeopleAnswerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Take a person's answer: it still holds, it is something else now, or they would rather not say.",
        discussion: """
            Without a value it still holds, and its age counts from now. A new value is said by the source "person", confirmed. \
            Declined, it is not asked again for as long as the field's rule says.

            EXAMPLES:
              rapport people answer anna@example.com company
              rapport people answer anna@example.com company "Beta Ltd" --at call
              rapport people answer anna@example.com company --declined
            """)

    @Argument(help: "A public id, kind:value, an email address or a phone number.") var person: String
    @Argument(help: "The field, or kind of identifier, that was asked about.") var field: String
    @Argument(help: "What it is now; left out: it still holds.") var value: String?
    @Flag(help: "The person did not want to say.") var declined = false
    @Option(help: "Where the person was met.") var at: String?
    @Option(help: "Names the occasion.") var contact = ""
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard value == nil || !declined else { throw ValidationError("either a value, or --declined") }
    }

    func run() async throws {
        let output = common.output
        let meeting = QuestionDesk.Contact(touchpoint: at, name: contact, actor: commandLineActor)
        let answer = declined ? QuestionDesk.Answer.declined : value.map { .changed($0) } ?? .holds
        let record = try await common.withRapport { rapport in
            let region = rapport.configuration.house.country
            let id = try await rapport.database.read { [person] db in try People.named(person, region: region, in: db) }
            try await rapport.stepping { try await rapport.questionDesk.answer(id, field, answer, meeting) }
            let record = try await rapport.database.read { db in try People.record(of: id, in: db) }
            return record.map { EditedRecord(record: $0, now: rapport.clock.now) }
        }
        guard let record else { return }
        let key = declined ? "people.declined" : value == nil ? "people.confirmed" : "people.answered"
        output.say(key, ["fields": field, "field": field, "value": value ?? "", "person": record.record.title])
        output.json(record.json)
    }
}
