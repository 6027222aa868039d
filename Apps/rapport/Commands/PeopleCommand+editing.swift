import ArgumentParser
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

struct PeopleConfirmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Say that values still hold: their age counts from now, the values stay.",
        discussion: """
            Names fields, or kinds of identifiers such as email. The confirmation is kept with the source whose value holds.

            EXAMPLES:
              rapport people confirm anna@example.com company
              rapport people confirm external.crm:17 company email phone --json
            """)

    @Argument(help: "A public id, kind:value, an email address or a phone number.") var person: String
    @Argument(help: "Fields, or kinds of identifiers.") var fields: [String]
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard !fields.isEmpty else { throw ValidationError("say what is confirmed, such as company or email") }
    }

    func run() async throws {
        let record = try await common.edit(person) { edits in try edits.confirming(fields) }
        common.output.say("people.confirmed", ["fields": fields.joined(separator: ", "), "person": record.record.title])
        common.output.json(record.json)
    }
}

struct PeopleSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Write values into a record by hand.",
        discussion: """
            The source "hand" says them, or the one that --source names. Which source's value holds is the field's rule \
            (survivorship); where another one does, this says so. FIELD= with nothing behind it says that there is none.

            EXAMPLES:
              rapport people set anna@example.com company="Beta Ltd"
              rapport people set anna@example.com job=Baker city=Leeds --confirmed
              rapport people set external.crm:17 company= --source crm
            """)

    @Argument(help: "A public id, kind:value, an email address or a phone number.") var person: String
    @Argument(help: "FIELD=VALUE.") var values: [String]
    @Option(help: "The source that says it.") var source = RecordEdits.hand
    @Flag(help: "The person confirmed it.") var confirmed = false
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard !values.isEmpty else { throw ValidationError("say what to write: FIELD=VALUE") }
        for value in values where !value.contains("=") { throw ValidationError("\"\(value)\": write it as FIELD=VALUE") }
    }

    func run() async throws {
        let pairs = values.map { text -> (name: String, value: String) in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return (parts[0], parts[1])
        }
        let edited = try await common.edit(person) { edits in
            try edits.setting(pairs, source: source, isConfirmed: confirmed)
        }
        let output = common.output
        output.say("people.set", ["person": edited.record.title])
        for (name, value) in pairs {
            guard let field = edited.record[name], !value.isEmpty, field.source != source else { continue }
            output.say("people.set_not_golden", ["field": name, "value": field.text, "source": field.source])
        }
        output.json(edited.json)
    }
}

/// A record as it is after an edit.
struct EditedRecord: Sendable {
    var record: PersonRecord
    var now: Timestamp
    var json: JSONValue { record.json([], at: now) }
}

extension CommonOptions {
    /// Puts edits of a person on the log, waits until they are folded, and reads the record.
    func edit(_ person: String, _ edits: @escaping @Sendable (RecordEdits) throws -> [NewEvent]) async throws -> EditedRecord {
        try await withRapport { rapport in
            let (now, door) = (rapport.clock.now, rapport.door)
            let region = rapport.configuration.house.country
            let id = try await rapport.stepping {
                try await retryingRaces {
                    try await rapport.database.write { db in
                        let id = try People.named(person, region: region, in: db)
                        let events = try edits(RecordEdits(id, actor: commandLineActor, at: now, in: db))
                        for case .refused(let problem) in try door.accept(events, in: db) { throw problem }
                        return id
                    }
                }
            }
            let record = try await rapport.database.read { db in try People.record(of: id, in: db) }
            guard let record else { throw Problem("person.not_found", "nobody is known as \"\(person)\"") }
            return EditedRecord(record: record, now: now)
        }
    }
}

extension People {
    /// The person whom a text names.
    ///
    /// - Throws: `Problem` `person.not_found`, `person.ambiguous`.
    static func named(_ text: String, region: String?, in db: Connection) throws -> PersonID {
        guard let person = try People.find(text, region: region, in: db) else {
            throw Problem(
                "person.not_found", "nobody is known as \"\(text)\"", remedy: "Look with `rapport people search`.")
        }
        return person
    }
}
