import ArgumentParser
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage

/// What the commands that state somebody's context share.
struct ContextStatement {
    let common: CommonOptions

    /// Says something of a person and has the step fold it. `body` runs in one transaction.
    ///
    /// - Returns: what `body` returned, and how people are called.
    func say<Result: Sendable>(
        of references: [String], _ body: @escaping @Sendable (ContextDesk, [PersonID], Timestamp, Connection) throws -> Result
    ) async throws -> (result: Result, names: [String]) {
        try await common.withRapport { rapport in
            let (now, region) = (rapport.clock.now, rapport.configuration.house.country)
            let desk = ContextDesk(door: rapport.door, actor: commandLineActor)
            return try await rapport.stepping {
                try await rapport.database.write { db in
                    let people = try references.map { reference in
                        guard let person = try People.find(reference, region: region, in: db) else {
                            throw Problem("person.not_found", "nobody is known as \"\(reference)\"")
                        }
                        return person
                    }
                    let names = try People.titles(of: people, in: db)
                    return (try body(desk, people, now, db), people.map { names[$0] ?? "" })
                }
            }
        }
    }

    /// The account that a text names.
    ///
    /// - Parameter isNew: where there is no record, it is a company that is known by this name.
    static func company(_ text: String, isNew: Bool, in db: Connection) throws -> ContextDesk.Company {
        if let record = try HouseRecord.find(.account, text, in: db) { return .record(record) }
        guard isNew else {
            throw Problem(
                "record.not_found", "no account is called \"\(text)\"",
                remedy: "`rapport accounts search` finds them; with --new the company is known by this name.")
        }
        return .named(text)
    }

    /// A moment, or the beginning of a day where the house is.
    static func date(_ text: String?, _ option: String, in zone: TimeZoneRules) throws -> Timestamp? {
        guard let text else { return nil }
        let day = CivilDate(text: text).map { Timestamp(milliseconds: zone.start(ofDay: Int64($0.daysSince1970))) }
        guard let moment = Timestamp(rfc3339: text) ?? day else {
            throw ValidationError("\(option) is a day as 2026-01-31, or a moment as 2026-01-31T12:00:00Z")
        }
        return moment
    }
}

struct PeopleMoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Say that a person has gone from one company to another.",
        discussion: """
            Everything at the old company ends and stays on record: what happened there, with whom, in which role. A work address of \
            the old job is kept and is not written to while there is another one. Opt-outs stay. Where a guard reads the fact \
            job.changed, marketing waits until the person has agreed anew.

            EXAMPLES:
              rapport people move ann@north.example --to "South Works"
              rapport people move ann@north.example --to crm:A-17 --role decision_maker --since 2026-03-01
              rapport people move ann@north.example --from crm:A-3 --to "Start-up Ltd" --new --json
            """)

    @Argument(help: "A person's id, or any identifier.") var person: String
    @Option(help: "Where to: a public id, source:key, a key or a whole name.") var to: String
    @Option(help: "Where from. Default: where the person is, or the primary one of several.") var from: String?
    @Option(help: "The role there: employee, buyer, decision_maker …") var role: String?
    @Option(help: "The title there.") var title: String?
    @Option(help: ArgumentHelp("Since when.", valueName: "date")) var since: String?
    @Flag(help: "The company has no record yet, and is known by this name.") var new = false
    @OptionGroup var common: CommonOptions

    func validate() throws { _ = try ContextStatement.date(since, "--since", in: .utc) }

    func run() async throws {
        let output = common.output
        let terms = ContextDesk.Terms(
            role: role, title: title, date: try ContextStatement.date(since, "--since", in: output.zone))
        let (move, names) = try await ContextStatement(common: common).say(of: [person]) {
            [from, to, new] desk, people, now, db in
            let (origin, target) = (
                try from.map { try ContextStatement.company($0, isNew: true, in: db) },
                try ContextStatement.company(to, isNew: new, in: db)
            )
            return try desk.move(people[0], from: origin, to: target, terms, at: now, in: db)
        }
        let left = move.from.joined(separator: ", ")
        output.say(left.isEmpty ? "people.joined" : "people.moved", ["person": names[0], "from": left, "to": move.to])
        output.json([
            "person": .string(names[0]), "from": .array(move.from.map { .string($0) }), "to": .string(move.to),
        ])
    }
}

struct PeopleJoinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Say that a person is at a company, in a role; several at once are possible.",
        discussion: """
            EXAMPLES:
              rapport people join ann@north.example "North Wind Ltd" --role buyer
              rapport people join ann@north.example crm:A-17 --role billing_contact --since 2024-05-01 --primary
            """)

    @Argument(help: "A person's id, or any identifier.") var person: String
    @Argument(help: "A public id, source:key, a key or a whole name.") var account: String
    @Option(help: "The role there: employee, buyer, decision_maker …") var role: String?
    @Option(help: "The title there.") var title: String?
    @Option(help: ArgumentHelp("Since when.", valueName: "date")) var since: String?
    @Flag(help: "It is the person's primary account.") var primary = false
    @Flag(help: "The company has no record yet, and is known by this name.") var new = false
    @OptionGroup var common: CommonOptions

    func validate() throws { _ = try ContextStatement.date(since, "--since", in: .utc) }

    func run() async throws {
        let output = common.output
        let terms = ContextDesk.Terms(
            role: role, title: title, isPrimary: primary ? true : nil,
            date: try ContextStatement.date(since, "--since", in: output.zone))
        let (company, names) = try await ContextStatement(common: common).say(of: [person]) {
            [account, new] desk, people, now, db in
            let company = try ContextStatement.company(account, isNew: new, in: db)
            try desk.join(people[0], company, terms, at: now, in: db)
            return company.title
        }
        output.say("people.joined", ["person": names[0], "to": company])
        output.json(["person": .string(names[0]), "account": .string(company)])
    }
}

struct PeopleLeaveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leave",
        abstract: "Say that a person is not at a company any more, or not in a role.",
        discussion: """
            EXAMPLES:
              rapport people leave ann@north.example "North Wind Ltd" --until 2026-06-30
              rapport people leave ann@north.example crm:A-17 --role billing_contact
            """)

    @Argument(help: "A person's id, or any identifier.") var person: String
    @Argument(help: "A public id, source:key, a key or a whole name.") var account: String
    @Option(help: "Only this role.") var role: String?
    @Option(help: ArgumentHelp("Until when.", valueName: "date")) var until: String?
    @OptionGroup var common: CommonOptions

    func validate() throws { _ = try ContextStatement.date(until, "--until", in: .utc) }

    func run() async throws {
        let output = common.output
        let terms = ContextDesk.Terms(role: role, date: try ContextStatement.date(until, "--until", in: output.zone))
        let (company, names) = try await ContextStatement(common: common).say(of: [person]) { [account] desk, people, now, db in
            let company = try ContextStatement.company(account, isNew: true, in: db)
            try desk.leave(people[0], company, terms, at: now, in: db)
            return company.title
        }
        output.say("people.left", ["person": names[0], "from": company])
        output.json(["person": .string(names[0]), "account": .string(company)])
    }
}

struct PeopleRelateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relate",
        abstract: "Say what somebody is to a person: partner, child, assistant … or is not any more.",
        discussion: """
            The other one gets the inverse: whose assistant somebody is, assists them. Colleagues follow from accounts by themselves.

            EXAMPLES:
              rapport people relate ann@north.example bo@north.example --as assistant
              rapport people relate ann@example.org cy@example.org --as child --since 2019-04-02
              rapport people relate ann@north.example bo@north.example --as assistant --end --until 2026-06-30
            """)

    @Argument(help: "A person's id, or any identifier.") var person: String
    @Argument(help: "The other one.") var other: String
    @Option(name: .customLong("as"), help: "What the other one is to the person.") var kind: String
    @Option(help: ArgumentHelp("Since when.", valueName: "date")) var since: String?
    @Flag(help: "It is over.") var end = false
    @Option(help: ArgumentHelp("With --end: until when.", valueName: "date")) var until: String?
    @OptionGroup var common: CommonOptions

    func validate() throws {
        _ = try ContextStatement.date(since, "--since", in: .utc)
        _ = try ContextStatement.date(until, "--until", in: .utc)
        guard end || until == nil else { throw ValidationError("--until goes with --end") }
        guard !end || since == nil else { throw ValidationError("--since does not go with --end") }
    }

    func run() async throws {
        let output = common.output
        let dates = (
            try ContextStatement.date(since, "--since", in: output.zone),
            try ContextStatement.date(until, "--until", in: output.zone)
        )
        let (_, names) = try await ContextStatement(common: common).say(of: [person, other]) {
            [kind, end] desk, people, now, db in
            if end {
                try desk.unrelate(people[0], from: people[1], as: kind, until: dates.1, at: now, in: db)
            } else {
                try desk.relate(people[0], to: people[1], as: kind, since: dates.0, at: now, in: db)
            }
        }
        output.say(
            end ? "people.unrelated" : "people.related",
            ["person": names[0], "other": names[1], "relation": output.relation(kind)])
        output.json([
            "person": .string(names[0]), "other": .string(names[1]), "relation": .string(kind), "ended": .bool(end),
        ])
    }
}

struct PeopleHouseholdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "household",
        abstract: "Say that people live together, or that one has left the household.",
        discussion: """
            EXAMPLES:
              rapport people household ann@example.org --with bo@example.org --since 2024-09-01
              rapport people household bo@example.org --leave --until 2026-06-30
            """)

    @Argument(help: "A person's id, or any identifier.") var person: String
    @Option(name: .customLong("with"), help: "Who lives with the person; may be given again.") var others: [String] = []
    @Flag(help: "The person has left the household.") var leave = false
    @Option(help: ArgumentHelp("Since when.", valueName: "date")) var since: String?
    @Option(help: ArgumentHelp("With --leave: until when.", valueName: "date")) var until: String?
    @OptionGroup var common: CommonOptions

    func validate() throws {
        _ = try ContextStatement.date(since, "--since", in: .utc)
        _ = try ContextStatement.date(until, "--until", in: .utc)
        guard leave == others.isEmpty else { throw ValidationError("say --with somebody, or --leave") }
    }

    func run() async throws {
        let output = common.output
        let dates = (
            try ContextStatement.date(since, "--since", in: output.zone),
            try ContextStatement.date(until, "--until", in: output.zone)
        )
        let (_, names) = try await ContextStatement(common: common).say(of: [person] + others) { [leave] desk, people, now, db in
            if leave {
                try desk.leaveHousehold(people[0], until: dates.1, at: now, in: db)
            } else {
                try desk.liveTogether(people, since: dates.0, at: now, in: db)
            }
        }
        output.say(
            leave ? "people.left_household" : "people.live_together",
            ["person": names[0], "others": names.dropFirst().joined(separator: ", ")])
        output.json(["people": .array(names.map { .string($0) }), "left": .bool(leave)])
    }
}

extension Output {
    /// What somebody is to a person, or a role, in the house's language; as it is called where nobody wrote a text for it.
    func relation(_ kind: String) -> String { word("relation", kind) }
    func role(_ role: String) -> String { word("role", role) }

    private func word(_ family: String, _ name: String) -> String {
        let key = "context.\(family).\(name)"
        return texts.has(key) ? texts(key) : name.replacing("_", with: " ")
    }
}
