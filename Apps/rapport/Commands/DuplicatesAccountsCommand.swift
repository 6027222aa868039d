import ArgumentParser
import RapportCore
import RapportHost
import RapportIntegration
import RapportStorage

struct DuplicatesAccountsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts",
        abstract: "Companies that may be one: find them, say that they are one or two, and take that back.",
        discussion: """
            Each company that is new or of which something is said is compared at once, by name (legal forms aside), register or tax \
            number, site, telephone and address. Two that are one stay two records, linked: `rapport accounts show` names the other.

            EXAMPLES:
              rapport duplicates accounts list
              rapport duplicates accounts show 3-8
              rapport duplicates accounts same 3-8
              rapport duplicates accounts apart 3-8
              rapport duplicates accounts train
            """,
        subcommands: [List.self, Show.self, Same.self, Apart.self, Scan.self, DuplicatesAccountsTrainCommand.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List pairs of companies that may be one, the likeliest first; or those that are taken for one.",
            discussion: """
                "Kept by" says why a likely pair was not linked by itself: two keys of one source, two register numbers, or somebody \
                who said that they are two.

                EXAMPLES:
                  rapport duplicates accounts list
                  rapport duplicates accounts list --verdict same --json
                """)

        @Option(help: "open, same or apart.") var verdict = "open"
        @Option(help: "The most pairs to list, 1 to 100000.") var limit = 50
        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard (1...100_000).contains(limit) else { throw ValidationError("--limit is from 1 to 100000") }
            guard AccountPair.Verdict(rawValue: verdict) != nil else { throw ValidationError("--verdict is open, same or apart") }
        }

        func run() async throws {
            let output = common.output
            let verdict = AccountPair.Verdict(rawValue: self.verdict) ?? .open
            let (pairs, all, waiting) = try await common.withRapport { rapport in
                try await rapport.database.read { [verdict, limit] db in
                    (
                        try AccountPair.list(verdict, limit: limit, in: db), try AccountPair.count(verdict, in: db),
                        try AccountIndex.waiting(in: db)
                    )
                }
            }
            if pairs.isEmpty { output.say("duplicates.none") }
            output.table(
                ["pair", "one", "other", "probability", "kept_by", "since"],
                pairs.map {
                    [
                        $0.name, $0.one.short, $0.other.short, MatchDesk.words($0.probability), $0.conflict,
                        output.time($0.since),
                    ]
                })
            if all > pairs.count { output.say("duplicates.more", ["pairs": "\(all)"]) }
            if waiting > 0 { output.say("duplicates.companies_waiting", ["companies": "\(waiting)"]) }
            output.json(.array(pairs.map(\.json)))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show two companies side by side, and why they may be one.",
            discussion: """
                EXAMPLES:
                  rapport duplicates accounts show 3-8
                  rapport duplicates accounts show crm:A-17 erp:4711 --json
                """)

        @Argument(help: AccountPair.naming) var accounts: [String]
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            let (one, other, explanation) = try await common.withRapport { rapport in
                let desk = rapport.accountDesk
                return try await rapport.database.read { [accounts] db in
                    let (one, other) = try AccountPair.find(accounts, in: db)
                    return (one, other, try desk.explanation(one, other, in: db))
                }
            }
            let names = Set((one.fields + other.fields).map(\.name)).sorted()
            func value(_ record: HouseRecord, _ name: String) -> String {
                record.fields.first { $0.name == name }.map { $0.value.string ?? $0.value.text } ?? "—"
            }
            output.table(
                ["field", "one", "other"],
                [["", "\(one.source):\(one.external)", "\(other.source):\(other.external)"]]
                    + names.map { [$0, value(one, $0), value(other, $0)] })
            output.line()
            MatchReport.show(explanation, ids: [one.name, other.name], output)
            output.json(["one": one.json, "other": other.json, "explanation": MatchReport.json(explanation, output.texts)])
        }
    }

    struct Same: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "same",
            abstract: "Say that two companies are one. Nothing of either changes; `apart` takes it back.",
            discussion: """
                EXAMPLES:
                  rapport duplicates accounts same 3-8
                  rapport duplicates accounts same crm:A-17 erp:4711
                """)

        @Argument(help: AccountPair.naming) var accounts: [String]
        @OptionGroup var common: CommonOptions

        func run() async throws { try await AccountPair.decide(accounts, .same, common) }
    }

    struct Apart: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apart",
            abstract: "Say that two companies are two. It is remembered.",
            discussion: """
                EXAMPLES:
                  rapport duplicates accounts apart 3-8
                  rapport duplicates accounts apart crm:A-17 erp:4711
                """)

        @Argument(help: AccountPair.naming) var accounts: [String]
        @OptionGroup var common: CommonOptions

        func run() async throws { try await AccountPair.decide(accounts, .apart, common) }
    }

    struct Scan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "scan",
            abstract: "Compare every company with those that are like it: for first use.",
            discussion: """
                EXAMPLES:
                  rapport duplicates accounts scan
                """)

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            let (outcome, open) = try await common.withRapport { rapport in
                try await rapport.accountDesk.enqueueAll()
                let outcome = try await rapport.accountDesk.settle()
                return (outcome, try await rapport.database.read { db in try AccountPair.count(.open, in: db) })
            }
            output.say(
                "duplicates.companies_scanned",
                ["companies": "\(outcome.accounts)", "pairs": "\(outcome.pairs)", "same": "\(outcome.same)", "open": "\(open)"])
            output.json([
                "companies": .integer(Int64(outcome.accounts)), "pairs": .integer(Int64(outcome.pairs)),
                "same": .integer(Int64(outcome.same)), "to_review": .integer(open),
            ])
        }
    }
}

extension AccountPair {
    static let naming: ArgumentHelp = "A pair as `list` names it, or two companies: public ids, source:key, keys or whole names."

    /// The two that the command line names.
    static func find(_ texts: [String], in db: Connection) throws -> (one: HouseRecord, other: HouseRecord) {
        if texts.count == 1, let pair = MatchPair(named: texts[0]) {
            let found = try AccountIndex.read([pair.low, pair.high], in: db)
            if found.count == 2 { return (found[0], found[1]) }
        }
        guard texts.count == 2 else {
            throw Problem(
                "duplicates.pair", "\"\(texts.joined(separator: " "))\" names no pair",
                remedy: "Write a pair as `rapport duplicates accounts list` names it, 3-8, or two companies.")
        }
        let found = try texts.map { text in
            guard let account = try HouseRecord.find(.account, text, in: db) else {
                throw Problem(
                    "record.not_found", "no account is called \"\(text)\"", remedy: "Look with `rapport accounts search`")
            }
            return account
        }
        guard found[0].id != found[1].id else { throw Problem("duplicates.pair", "both are the same record") }
        return (found[0], found[1])
    }

    static func decide(_ texts: [String], _ verdict: Verdict, _ common: CommonOptions) async throws {
        let output = common.output
        let pair = try await common.withRapport { rapport in
            let wall = rapport.clock.now
            return try await rapport.database.write { db in
                let (one, other) = try find(texts, in: db)
                let pair = MatchPair(one.id, other.id)
                try decide(pair, verdict, by: "command line", wall: wall, in: db)
                return pair
            }
        }
        output.say(verdict == .same ? "duplicates.companies_same" : "duplicates.companies_apart")
        output.json(["pair": .string("\(pair.low)-\(pair.high)"), "verdict": .string(verdict.rawValue)])
    }

    var json: JSONValue {
        [
            "pair": .string(name), "one": one.json, "other": other.json,
            "probability": .decimal(String(Double(Int(probability * 1_000_000)) / 1_000_000)),
            "verdict": .string(verdict.rawValue),
            "conflict": conflict.isEmpty ? .null : .string(conflict),
            "decided_by": decidedBy.isEmpty ? .null : .string(decidedBy),
            "since": .string(since.rfc3339),
        ]
    }
}

extension HouseRecord {
    fileprivate var short: String { "\(name), \(source):\(external)" }
}
