import ArgumentParser
import RapportCore
import RapportHost
import RapportStorage

struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Bring the definitions of a folder of YAML files into force.",
        discussion: """
            Shows what is added, changed and removed, then writes new versions, all or none. Definitions that the folder does \
            not name stay in force unless --remove-missing is given.

            EXAMPLES:
              rapport apply definitions --dry-run
              rapport apply definitions/segments.yaml
              rapport apply definitions --remove-missing
            """)

    @Argument(help: "A folder, read with its subfolders, or one file.")
    var path: String

    @Flag(name: .customLong("dry-run"), help: "Check and show the changes, and write nothing.")
    var dryRun = false

    @Flag(
        name: .customLong("remove-missing"),
        help: "Take definitions out of force that the folder does not name, for the kinds that it has.")
    var removeMissing = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        try await common.withRapport { rapport in
            let store = rapport.definitions
            let folder = try DefinitionFolder(path, handlers: store.handlers)
            let now = rapport.clock.now
            let changes: [DefinitionChange]
            do {
                changes = try await rapport.database.write { [removeMissing, dryRun] db in
                    let changes = try store.apply(
                        folder.drafts, removingMissing: removeMissing, actor: commandLineActor, now: now, in: db)
                    if dryRun { throw DryRun(changes: changes) }
                    return changes
                }
            } catch let dry as DryRun {
                changes = dry.changes
            }
            if !dryRun { try await rapport.fillSegments() }
            show(changes, folder, output)
        }
    }

    /// Thrown out of the transaction, so that everything was checked and applied, and nothing stays.
    private struct DryRun: Error {
        let changes: [DefinitionChange]
    }

    private func show(_ changes: [DefinitionChange], _ folder: DefinitionFolder, _ output: Output) {
        for change in changes where change.action != .unchanged {
            let style: Output.Style =
                switch change.action {
                case .added: .green
                case .removed: .red
                case .changed: .yellow
                case .missing, .unchanged: .dim
                }
            let values = ["kind": change.kind, "name": change.name, "version": "\(change.version)"]
            output.line(output.styled(output.text("apply.\(change.action.rawValue)", values), style))
            for difference in change.differences {
                let before = difference.before?.text ?? output.text("apply.nothing")
                let after = difference.after?.text ?? output.text("apply.nothing")
                output.line("    \(difference.path.isEmpty ? "" : difference.path + ": ")\(before) → \(after)")
            }
        }
        let done = changes.filter(\.changesAnything).count
        let unchanged = changes.filter { $0.action == .unchanged }.count
        output.say(
            dryRun ? "apply.would" : "apply.done",
            ["changed": "\(done)", "unchanged": "\(unchanged)", "files": "\(folder.files.count)"])
        output.json([
            "dry_run": .bool(dryRun),
            "changes": .array(changes.map(\.json)),
            "files": .array(folder.files.map { .string($0) }),
            "skipped": .array(folder.skipped.map { .string($0) }),
        ])
    }
}

extension DefinitionChange {
    var json: JSONValue {
        [
            "kind": .string(kind), "name": .string(name), "action": .string(action.rawValue), "version": .integer(version),
            "differences": .array(
                differences.map { ["path": .string($0.path), "before": $0.before ?? .null, "after": $0.after ?? .null] }),
        ]
    }
}
