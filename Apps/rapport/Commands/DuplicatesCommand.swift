import ArgumentParser
import RapportCore
import RapportHost
import RapportIntegration
import RapportStorage

struct DuplicatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duplicates",
        abstract: "People who may be one: find them, look at them side by side, merge, keep apart, take apart again.",
        discussion: """
            Whoever is new or has changed is compared at once. Pairs that are surely one are merged, reversibly; pairs that may be \
            wait here. `matching:` in rapport.yaml sets how sure is sure. How it works: docs/guides/duplicates.md

            EXAMPLES:
              rapport duplicates list
              rapport duplicates show 17-42
              rapport duplicates merge 17-42 --take city=other
              rapport duplicates apart 17-42
              rapport duplicates unmerge 12
              rapport duplicates accounts list
            """,
        subcommands: [
            DuplicatesListCommand.self, DuplicatesShowCommand.self, DuplicatesMergeCommand.self, DuplicatesApartCommand.self,
            DuplicatesUnmergeCommand.self, DuplicatesScanCommand.self, DuplicatesTrainCommand.self,
            DuplicatesAccountsCommand.self,
        ])
}

struct DuplicatesListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List pairs of people who may be one, for somebody to decide.",
        discussion: """
            Those whose identifiers say so come first, then the likeliest. "Each has another" names what keeps a likely pair from \
            being merged by itself: two customer numbers of one source.

            EXAMPLES:
              rapport duplicates list
              rapport duplicates list --limit 500 --json
            """)

    @Option(help: "The most pairs to list, 1 to 100000.") var limit = 50
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit is from 1 to 100000") }
    }

    func run() async throws {
        let output = common.output
        let (pairs, all, waiting) = try await common.withRapport { rapport in
            try await rapport.database.read { [limit] db in
                (try Duplicate.open(limit: limit, in: db), try Duplicate.count(in: db), try MatchIndex.waiting(in: db))
            }
        }
        if pairs.isEmpty { output.say("duplicates.none") }
        output.table(
            ["pair", "one", "other", "probability", "because_of", "conflict", "since"],
            pairs.map {
                [
                    $0.name, $0.one.short, $0.other.short, $0.probability.map(MatchDesk.words) ?? "", $0.reason, $0.conflict,
                    output.time($0.since),
                ]
            })
        if Int64(pairs.count) < all { output.say("duplicates.more", ["pairs": "\(all)"]) }
        if waiting > 0 { output.say("duplicates.waiting", count: waiting) }
        output.json(.array(pairs.map(\.json)))
    }
}

struct DuplicatesApartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apart",
        abstract: "Say that two people are two. It is remembered.",
        discussion: """
            They are never merged by themselves, nor shown again, nor whoever is merged into either of them later.

            EXAMPLES:
              rapport duplicates apart 17-42
              rapport duplicates apart ann@example.org ann.lee@example.org
            """)

    @Argument(help: "A pair as `list` names it, or two people: public ids, kind:value, email addresses or phone numbers.")
    var people: [String]
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let pair = try await common.withRapport { rapport in
            let (wall, region) = (rapport.clock.now, rapport.configuration.house.country)
            return try await rapport.database.write { [people] db in
                let (one, other) = try Duplicate.find(people, region: region, in: db)
                try Review.keepApart(one, other, wall: wall, in: db)
                return MatchPair(one, other)
            }
        }
        output.say("duplicates.apart")
        output.json(["pair": .string("\(pair.low)-\(pair.high)"), "verdict": "apart"])
    }
}

struct DuplicatesUnmergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unmerge",
        abstract: "Make one person two again, exactly.",
        discussion: """
            Each gets back the profiles that were theirs, with what has come for them since. Opt-outs made meanwhile stay on both. \
            That they are two is remembered. `rapport people show` lists a person's merges.

            EXAMPLES:
              rapport duplicates unmerge 12
              rapport duplicates unmerge 12 --json
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
        output.say("duplicates.unmerged")
        output.json(["merge": .integer(undone.id), "undone_at": undone.undoneAt.map { .string($0.rfc3339) } ?? .null])
    }
}

extension Duplicate {
    var json: JSONValue {
        [
            "pair": .string(name), "one": one.json, "other": other.json,
            "probability": probability.map { .decimal(String(Double(Int($0 * 1_000_000)) / 1_000_000)) } ?? .null,
            "because_of": .string(reason), "conflict": conflict.isEmpty ? .null : .string(conflict),
            "since": .string(since.rfc3339),
        ]
    }

    /// The two whom the command line names.
    static func find(_ texts: [String], region: String?, in db: Connection) throws -> (one: PersonID, other: PersonID) {
        if texts.count == 1, let pair = MatchPair(named: texts[0]) { return (pair.low, pair.high) }
        guard texts.count == 2 else {
            throw Problem(
                "duplicates.pair", "\"\(texts.joined(separator: " "))\" names no pair",
                remedy: "Write a pair as `rapport duplicates list` names it, 17-42, or two people.")
        }
        let found = try texts.map { text in
            guard let person = try People.find(text, region: region, in: db) else {
                throw Problem("person.not_found", "nobody is known as \"\(text)\"", remedy: "Look with `rapport people search`")
            }
            return person
        }
        return (found[0], found[1])
    }
}

extension PersonHit {
    /// In a few words.
    var short: String { [title, email ?? company ?? ""].uniqued.joined(separator: ", ") }
}

extension [String] {
    fileprivate var uniqued: [String] { reduce(into: []) { if !$0.contains($1), !$1.isEmpty { $0.append($1) } } }
}
