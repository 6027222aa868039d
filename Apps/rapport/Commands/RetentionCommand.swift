import ArgumentParser
import RapportCore
import RapportHost
import RapportStorage

struct RetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention",
        abstract: "How long things are kept, and what is due to go.",
        discussion: """
            Rules stand in YAML (config/retention.yaml) and come into force with `rapport apply`. The worker applies them once a day.

            EXAMPLES:
              rapport retention show
              rapport retention run --dry-run
            """,
        subcommands: [RetentionShowCommand.self, RetentionRunCommand.self])
}

struct RetentionShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the rules in force, and how many events each would take today.",
        discussion: """
            EXAMPLES:
              rapport retention show --json
            """)

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let (reports, window) = try await common.withRapport { rapport in
            (
                try await rapport.retain(dryRun: true),
                try await rapport.database.read { db in try RetentionRule.backups(in: db) }
            )
        }
        reports.show(output, "retention.due")
        output.say("retention.backups", ["days": "\(window.milliseconds / 86_400_000)"])
        output.json([
            "rules": .array(reports.map(\.json)), "backups_keep_days": .integer(window.milliseconds / 86_400_000),
        ])
    }
}

struct RetentionRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Apply the rules now.",
        discussion: """
            What is dropped is counted in an opening balance of each person, so that all-time figures stay. It cannot be taken back.

            EXAMPLES:
              rapport retention run --dry-run
              rapport retention run
            """)

    @Flag(name: .customLong("dry-run"), help: "Count what would go, and change nothing.") var dryRun = false
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let reports = try await common.withRapport { [dryRun] rapport in try await rapport.retain(dryRun: dryRun) }
        reports.show(output, dryRun ? "retention.due" : "retention.done")
        output.json(["dry_run": .bool(dryRun), "rules": .array(reports.map(\.json))])
    }
}

extension [RetentionReport] {
    fileprivate func show(_ output: Output, _ key: String) {
        if isEmpty { output.say("retention.none") }
        output.table(
            ["name", "kind", "source", "days", "then", "events", "people"],
            map { report in
                let rule = report.rule
                return [
                    rule.name, rule.kind, rule.source ?? "", "\(rule.keep.milliseconds / 86_400_000)", rule.then.rawValue,
                    "\(report.outcome.events)", "\(report.outcome.people.count)",
                ]
            })
        for report in self {
            if let refusal = report.refusal {
                output.say("retention.refused", ["rule": report.rule.name, "reason": refusal.description])
            }
            if report.outcome.held > 0 {
                output.say("retention.held", ["rule": report.rule.name, "events": "\(report.outcome.held)"])
            }
        }
        if !isEmpty { output.say(key, ["events": "\(map(\.outcome.events).reduce(0, +))"]) }
    }
}

extension RetentionReport {
    fileprivate var json: JSONValue {
        [
            "name": .string(rule.name), "kind": .string(rule.kind), "source": rule.source.map { .string($0) } ?? .null,
            "topic": rule.topic.map { .string($0) } ?? .null, "keep_days": .integer(rule.keep.milliseconds / 86_400_000),
            "then": .string(rule.then.rawValue), "events": .integer(Int64(outcome.events)), "held": .integer(Int64(outcome.held)),
            "people": .integer(Int64(outcome.people.count)), "refused": refusal.map(\.json) ?? .null,
        ]
    }
}
