import ArgumentParser
import RapportCore
import RapportHost
import RapportIntegration
import RapportPluginKit

struct SourcesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources",
        abstract: "Show the sources of rapport.yaml and how they fare, and read one now.",
        discussion: """
            EXAMPLES:
              rapport sources
              rapport sources run shop
              rapport sources run shop --from-start
            """,
        subcommands: [List.self, Run.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "The sources, when they were read and will be, and what went wrong.",
            discussion: """
                EXAMPLES:
                  rapport sources list
                  rapport sources list --json
                """)
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            let statuses = try await common.withRapport { rapport in try await rapport.sourceStatuses() }
            if statuses.isEmpty { output.say("sources.none") }
            output.table(
                ["source", "state", "when", "last_read", "records", "added", "rejected", "next", "import"],
                statuses.map { $0.cells(output) })
            for status in statuses {
                guard let run = status.run, run.state == .failed else { continue }
                output.say("sources.failed", count: run.failures, ["source": status.instance.name, "error": run.error])
            }
            output.json(.array(statuses.map(\.json)))
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run",
            abstract: "Read a source now, due or not, and go on where it was left.",
            discussion: """
                With --from-start everything is read again: what is known already changes nothing, and what was taken back by \
                `rapport imports revert` comes in again.

                EXAMPLES:
                  rapport sources run shop
                  rapport sources run shop --from-start --json
                """)
        @Argument(help: "The name of the source in rapport.yaml.")
        var name: String
        @Flag(name: .customLong("from-start"), help: "Forget how far it was read, and begin at its start.")
        var fromStart = false
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let meter = ImportMeter(output)
                let report = try await rapport.stepping {
                    try await rapport.runSource(name, holder: Host.workerName, rewinding: fromStart) { await meter.show($0) }
                }
                await meter.end()
                report.show("brought", output)
            }
        }
    }
}

extension SourceStatus {
    func cells(_ output: Output) -> [String] {
        let schedule = instance.schedule?.text ?? output.text("sources.when_asked")
        guard let run else { return [instance.name, output.text("sources.new"), schedule, "", "", "", "", "", ""] }
        return [
            instance.name, run.state.rawValue, schedule, run.finishedAt.map(output.time) ?? output.text("sources.never"),
            String(run.records),
            String(run.added),
            String(run.rejected), instance.schedule == nil ? "" : output.time(run.dueAt), run.importID.map { String($0) } ?? "",
        ]
    }

    var json: JSONValue {
        func time(_ moment: Timestamp?) -> JSONValue { moment.map { .string($0.rfc3339) } ?? .null }
        return [
            "source": .string(instance.name), "plugin": .string(instance.plugin),
            "schedule": instance.schedule.map { .string($0.text) } ?? .null, "state": .string(run?.state.rawValue ?? "new"),
            "started_at": time(run?.startedAt), "finished_at": time(run?.finishedAt),
            "due_at": instance.schedule == nil ? .null : time(run?.dueAt), "import": run?.importID.map { .integer($0) } ?? .null,
            "records": .integer(run?.records ?? 0), "added": .integer(run?.added ?? 0), "rejected": .integer(run?.rejected ?? 0),
            "failures": .integer(run?.failures ?? 0), "failed_at": time(run?.failedAt),
            "error": run.flatMap { $0.error.isEmpty ? nil : .string($0.error) } ?? .null,
        ]
    }
}
