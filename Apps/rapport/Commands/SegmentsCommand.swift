import ArgumentParser
import Foundation
import RapportCore
import RapportEngagement
import RapportHost
import RapportStorage

struct SegmentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segments",
        abstract: "Check, count, list, explain and apply live segments.",
        discussion: "The language is described in docs/guides/segments.md.",
        subcommands: [Check.self, Count.self, List.self, Explain.self, Apply.self, Export.self])
}

/// Runs `body`, and draws the caret below a problem that points into `text`.
private func pointing<Result>(into text: String, _ output: Output, _ body: () async throws -> Result) async throws -> Result {
    do {
        return try await body()
    } catch let problem as Problem {
        if let pointer = problem.pointer(into: text) { output.line(pointer) }
        throw problem
    }
}

/// What a segment is for.
struct PurposeOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "marketing, or service: what people ordered, asked or must be told. Who objects to marketing or to being profiled is in none for marketing.",
            valueName: "purpose"))
    var purpose: String = SegmentPurpose.marketing.rawValue

    var value: SegmentPurpose { SegmentPurpose(rawValue: purpose) ?? .marketing }

    func validate() throws {
        guard SegmentPurpose(rawValue: purpose) != nil else { throw ValidationError("--purpose is marketing or service.") }
    }
}

extension SegmentsCommand {
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Check an expression and print it in its canonical spelling.",
            discussion: """
                EXAMPLES:
                  rapport segments check 'count(order.placed, last 90 days) >= 3 and country in ("GB", "FR")'
                """)

        @Argument(help: "An expression.")
        var expression: String

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let questions = rapport.segmentQuestions
                let checked = try await pointing(into: expression, output) { [expression] in
                    try await rapport.database.read { try questions.check(expression, in: $0) }
                }
                output.line(checked.text)
                if checked.needs.changesByTime { output.say("segment.windowed") }
                output.json(["expression": .string(checked.text), "changes_by_time": .bool(checked.needs.changesByTime)])
            }
        }
    }

    struct Count: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "count",
            abstract: "Count the people whom an expression finds now.",
            discussion: """
                EXAMPLES:
                  rapport segments count 'last(order.placed) older than 120 days'
                  rapport segments count 'segment("loyal") and has(identifier email)' --json
                  rapport segments count 'did(order.placed where sku = "X1")' --purpose service
                """)

        @Argument(help: "An expression.")
        var expression: String

        @OptionGroup var purpose: PurposeOption
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let questions = rapport.segmentQuestions
                let count = try await pointing(into: expression, output) { [expression, purpose] in
                    try await rapport.database.read { db in
                        try questions.count(expression, for: purpose.value, at: try db.now(), in: db)
                    }
                }
                output.line("\(count)")
                output.json(["count": .integer(count)])
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the segments with their members and their state.",
            discussion: """
                EXAMPLES:
                  rapport segments list
                  rapport segments list --json
                """)

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let all = try await rapport.database.read { try SegmentStore.all(in: $0) }
                if all.isEmpty { output.say("segment.none_yet") }
                output.table(
                    ["segment", "members", "state", "expression"],
                    all.map { [$0.name, "\($0.members)", $0.state(in: output.texts), $0.expression] })
                output.json(["segments": .array(all.map(\.json))])
            }
        }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain",
            abstract: "Say why a person is in each segment or not.",
            discussion: """
                EXAMPLES:
                  rapport segments explain ann@example.com
                  rapport segments explain ann@example.com lapsed --json
                """)

        @Argument(help: "A person's id, or any identifier.")
        var person: String

        @Argument(help: "Only these segments.")
        var segments: [String] = []

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let questions = rapport.segmentQuestions
                let explained = try await rapport.database.read { [person, segments] db in
                    try questions.explain(try questions.person(person, in: db), segments: segments, at: try db.now(), in: db)
                }
                if explained.isEmpty { output.say("segment.none") }
                // What somebody is in comes before the many that they are not.
                for segment in explained.filter(\.explanation.holds) + explained.filter({ !$0.explanation.holds }) {
                    let verdict = segment.explanation.holds ? segment.since == nil ? "in" : "in_since" : "not_in"
                    let values = ["segment": segment.name, "since": segment.since.map(output.time) ?? ""]
                    output.line(output.styled(output.texts("cli.segment.\(verdict)", values), .bold))
                    if let leftOut = segment.leftOut { output.line("  " + output.text("segment.left_out.\(leftOut.rawValue)")) }
                    output.show(segment.explanation, 1)
                }
                output.json([
                    "segments": .array(
                        explained.map { segment in
                            [
                                "name": .string(segment.name), "member": .bool(segment.since != nil),
                                "since": segment.since.map { .string($0.rfc3339) } ?? .null,
                                "left_out": segment.leftOut.map { .string($0.rawValue) } ?? .null,
                                "explanation": segment.explanation.json,
                            ]
                        })
                ])
            }
        }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apply",
            abstract: "Bring one segment into force, and say how many people it finds.",
            discussion: """
                Folders of YAML files are applied by rapport apply.

                EXAMPLES:
                  rapport segments apply lapsed 'last(order.placed) older than 120 days'
                  rapport segments apply recalled 'did(order.placed where sku = "X1")' --purpose service
                """)

        @Argument(help: "Its name.")
        var name: String

        @Argument(help: "Its expression.")
        var expression: String

        @OptionGroup var purpose: PurposeOption
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            try await common.withRapport { rapport in
                let questions = rapport.segmentQuestions
                let (checked, count) = try await pointing(into: expression, output) { [expression, purpose] in
                    try await rapport.database.read { db in
                        let count = try questions.count(expression, for: purpose.value, at: try db.now(), in: db)
                        return (try questions.check(expression, in: db), count)
                    }
                }
                var body: [JSONValue.Member] = [.init("expression", .string(checked.text))]
                if purpose.value == .service { body.append(.init("purpose", .string(purpose.value.rawValue))) }
                let draft = DefinitionDraft(kind: "segment", name: name, body: .object(body))
                let (store, now) = (rapport.definitions, rapport.clock.now)
                let changes = try await rapport.database.write { db in
                    try store.apply([draft], actor: commandLineActor, now: now, in: db)
                }
                try await rapport.fillSegments()
                let status = try await rapport.database.read { [name] db in
                    try SegmentStore.all(in: db).first { $0.name == name }
                }
                let change = changes.first { $0.name == name }
                let action = change?.action ?? .unchanged
                // Where no worker runs it is full by now; a worker fills it while we speak.
                let isFull = status?.state == .live
                let people = isFull ? status?.members ?? count : count
                output.say(
                    "segment.applied.\(action.rawValue)", count: people,
                    ["segment": name, "version": String(change?.version ?? 1)])
                if action != .unchanged { output.say(isFull ? "segment.full" : "segment.filling") }
                output.json([
                    "name": .string(name), "action": .string(action.rawValue), "version": .integer(change?.version ?? 0),
                    "count": .integer(count), "expression": .string(checked.text),
                    "state": .string(status?.state.rawValue ?? ""), "members": .integer(status?.members ?? 0),
                ])
            }
        }
    }
}

extension SegmentStatus {
    fileprivate func state(in texts: Texts) -> String {
        let found = counted.map { texts("cli.segment.counted", count: $0) } ?? ""
        return texts(
            "cli.segment.state.\(state.rawValue)",
            ["done": "\(Partition.count - partitionsLeft)", "of": "\(Partition.count)", "counted": found])
    }

    fileprivate var json: JSONValue {
        [
            "name": .string(name), "version": .integer(version), "expression": .string(expression),
            "purpose": .string(purpose.rawValue),
            "state": .string(state.rawValue), "members": .integer(members),
            "counted": counted.map { .integer($0) } ?? .null, "partitions_left": .integer(Int64(partitionsLeft)),
            "changed_at": .string(changedAt.rfc3339),
        ]
    }
}

extension SegmentExplanation {
    var json: JSONValue {
        [
            "expression": .string(text), "holds": .bool(holds), "value": value.map { .string($0.text) } ?? .null,
            "parts": .array(parts.map(\.json)),
        ]
    }
}

extension Output {
    /// Each part of an expression, true or false, with the value it was judged by.
    func show(_ part: SegmentExplanation, _ depth: Int) {
        let (yes, no) = (texts("cli.segment.yes"), texts("cli.segment.no"))
        let width = max(yes.count, no.count)
        let word = (part.holds ? yes : no).padding(toLength: width, withPad: " ", startingAt: 0)
        let mark = styled(word, part.holds ? .green : .red)
        let value = part.value.map { " (\(words($0)))" } ?? ""
        line("\(String(repeating: "  ", count: depth))\(mark)  \(part.text)\(value)")
        for inner in part.parts { show(inner, depth + 1) }
    }

    private func words(_ value: SegmentExplanation.Value) -> String {
        switch value {
        case .moment(let moment): time(moment)
        case .missing: text("segment.missing")
        case .text(let text): text
        }
    }
}
