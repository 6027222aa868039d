import ArgumentParser
import RapportCore
import RapportHost
import RapportStorage

struct PeopleMergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Make two records of one person one.",
        discussion: """
            The second person's profiles, identifiers and events become the first one's; opt-outs of both count. `rapport people \
            unmerge` takes it back exactly, whatever came in between.

            EXAMPLES:
              rapport people merge ann@example.org external.crm:17
              rapport people merge ann@example.org ann.lee@example.org --reason "she said so on the phone" --json
            """)

    @Argument(help: "Who stays: a public id, kind:value, an email address or a phone number.") var survivor: String
    @Argument(help: "Who becomes an alias of the first.") var loser: String
    @Option(help: "Why, for the record.") var reason = "merged by hand"
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let merge = try await common.withRapport { rapport in
            let wall = rapport.clock.now
            let region = rapport.configuration.house.country
            let merger = rapport.merger
            return try await rapport.stepping {
                try await rapport.database.write { [survivor, loser, reason] db in
                    guard let first = try People.find(survivor, region: region, in: db) else { throw Problem.nobody(survivor) }
                    guard let second = try People.find(loser, region: region, in: db) else { throw Problem.nobody(loser) }
                    return try merger.merge(
                        second, into: first, actor: commandLineActor, reason: reason, wall: wall, in: db)
                }
            }
        }
        output.say("people.merged", ["merge": "\(merge.id)"])
        output.json(["merge": .integer(merge.id)])
    }
}

struct PeopleUnmergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unmerge",
        abstract: "Make one person two again, exactly.",
        discussion: """
            Each gets back the profiles that were theirs, with what has come for them since. Opt-outs made meanwhile stay on both.

            EXAMPLES:
              rapport people unmerge 12
              rapport people unmerge 12 --json
            """)

    @Argument(help: "The merge's number.") var merge: Int64
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let undone = try await common.withRapport { rapport in
            let wall = rapport.clock.now
            let merger = rapport.merger
            return try await rapport.stepping {
                try await rapport.database.write { [merge] db in try merger.unmerge(merge, wall: wall, in: db) }
            }
        }
        output.say("people.unmerged")
        output.json(["merge": .integer(undone.id), "undone_at": undone.undoneAt.map { .string($0.rfc3339) } ?? .null])
    }
}

extension Problem {
    fileprivate static func nobody(_ text: String) -> Problem {
        Problem("person.not_found", "nobody is known as \"\(text)\"", remedy: "Look with `rapport people search`")
    }
}
