import ArgumentParser
import RapportCore
import RapportHost
import RapportIntegration
import RapportMatching
import RapportStorage

struct DuplicatesShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show two people side by side, what they would be as one, and why they may be.",
        discussion: """
            Each value with the source that said it; the last column is what a merge would make of it. Below, what each column says \
            for or against the two being one, in bits.

            EXAMPLES:
              rapport duplicates show 17-42
              rapport duplicates show ann@example.org external.crm:17 --json
            """)

    @Argument(help: "A pair as `list` names it, or two people: public ids, kind:value, email addresses or phone numbers.")
    var people: [String]
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let (preview, explanation) = try await common.withRapport { rapport in
            let (desk, region) = (rapport.matchDesk, rapport.configuration.house.country)
            return try await rapport.database.read { [people] db in
                let (one, other) = try Duplicate.find(people, region: region, in: db)
                return (try MergePreview(one, other, in: db), try desk.explanation(one, other, in: db))
            }
        }
        show(preview, output)
        if let explanation {
            output.line()
            MatchReport.show(explanation, ids: [preview.one.title, preview.other.title], output)
        }
        output.json(
            [
                "pair": .string("\(preview.pair.low)-\(preview.pair.high)"), "one": preview.one.json, "other": preview.other.json,
                "fields": .array(preview.fields.map(\.json)),
                "identifiers": [
                    "one": .array(preview.identifiers.one.map(\.json)), "other": .array(preview.identifiers.other.map(\.json)),
                ],
                "explanation": explanation.map { MatchReport.json($0, output.texts) } ?? .null,
            ])
    }

    private func show(_ preview: MergePreview, _ output: Output) {
        var rows = [["", preview.one.publicID, preview.other.publicID, ""]]
        rows += preview.fields.map { field in
            [field.name, said(field.one, output), said(field.other, output), field.merged?.text ?? ""]
        }
        let kinds = Set((preview.identifiers.one + preview.identifiers.other).map(\.identifier.kind)).sorted()
        for kind in kinds {
            let one = preview.identifiers.one.filter { $0.identifier.kind == kind }
            let other = preview.identifiers.other.filter { $0.identifier.kind == kind }
            for row in 0..<max(one.count, other.count) {
                rows.append([
                    row == 0 ? kind : "", row < one.count ? said(one[row], output) : "",
                    row < other.count ? said(other[row], output) : "",
                    row == 0 ? Set((one + other).map(\.identifier.value)).sorted().joined(separator: ", ") : "",
                ])
            }
        }
        output.table(["field", "one", "other", "merged"], rows)
        output.say("duplicates.opt_outs")
    }

    private func said(_ field: FieldReading?, _ output: Output) -> String {
        field.map { "\($0.text) (\($0.source), \(output.day($0.saidAt)))" } ?? ""
    }
    private func said(_ known: PersonRecord.Known, _ output: Output) -> String {
        "\(known.identifier.value) (\(known.sources.joined(separator: ", ")), \(output.day(known.firstSeen)))"
    }
}

struct DuplicatesMergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Make two records of one person one.",
        discussion: """
            The second person's profiles, identifiers and events become the first one's; opt-outs of both count. `rapport duplicates \
            unmerge` takes it back exactly, whatever came in between.

            Which value holds is each field's own rule; --take chooses otherwise: the value is confirmed where it came from.

            EXAMPLES:
              rapport duplicates merge 17-42
              rapport duplicates merge ann@example.org external.crm:17 --take city=other --take first_name=one
              rapport duplicates merge ann@example.org ann.lee@example.org --reason "she said so on the phone" --json
            """)

    @Argument(
        help: """
            A pair as `list` names it, or who stays and who becomes an alias: public ids, kind:value, email addresses or phone \
            numbers.
            """)
    var people: [String]
    @Option(
        help: ArgumentHelp("Whose value of a field holds: field=one or field=other; may be given again.", valueName: "choice"))
    var take: [String] = []
    @Option(help: "Why, for the record.") var reason = "merged by hand"
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let choices = try take.map(choice)
        let merge = try await common.withRapport { rapport in
            let (wall, region) = (rapport.clock.now, rapport.configuration.house.country)
            let (merger, door) = (rapport.merger, rapport.door)
            return try await rapport.stepping {
                try await rapport.database.write { [people, reason] db in
                    let (survivor, loser) = try Duplicate.find(people, region: region, in: db)
                    let preview = try MergePreview(survivor, loser, in: db)
                    var chosen: [NewEvent] = []
                    for choice in choices {
                        chosen += try preview.confirming(choice.field, of: choice.side, at: wall, in: db)
                    }
                    let merge = try merger.merge(
                        loser, into: survivor, actor: commandLineActor, reason: reason, wall: wall, in: db)
                    for answer in try door.accept(chosen, in: db) {
                        if case .refused(let problem) = answer { throw problem }
                    }
                    return merge
                }
            }
        }
        output.say("duplicates.merged", ["merge": "\(merge.id)"])
        output.json(["merge": .integer(merge.id)])
    }

    private func choice(_ text: String) throws -> (field: String, side: MergePreview.Side) {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let side = MergePreview.Side(rawValue: parts[1]) else {
            throw Problem(
                "duplicates.choice", "\"\(text)\" is no choice", remedy: "Write --take city=one or --take city=other.")
        }
        return (parts[0], side)
    }
}

extension MergePreview.Field {
    var json: JSONValue {
        func json(_ reading: FieldReading?) -> JSONValue {
            reading.map { ["value": $0.value, "source": .string($0.source), "said_at": .string($0.saidAt.rfc3339)] } ?? .null
        }
        return ["name": .string(name), "one": json(one), "other": json(other), "merged": json(merged)]
    }
}
