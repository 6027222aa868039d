import Foundation
import RapportCore
import RapportHost
import RapportIntegration
import RapportPluginKit
import RapportStorage

/// A line of progress on a terminal: records, rate and time left.
actor ImportMeter {
    private let output: Output
    private let began = ContinuousClock.now
    private var shown = ContinuousClock.now
    /// How many have come in.
    private(set) var records: Int64 = 0

    init(_ output: Output) { self.output = output }

    func show(_ progress: ImportProgress) {
        records = progress.records
        let now = ContinuousClock.now
        guard output.showsProgress, now - shown > .milliseconds(200) else { return }
        shown = now
        let seconds = Double((now - began).components.seconds) + 0.001
        let rate = Int(Double(progress.records) / seconds)
        var values = ["records": "\(progress.records)", "rate": "\(rate)"]
        if let total = progress.total, total > 0, progress.done > 0 {
            values["percent"] = "\(progress.done * 100 / total)"
            values["left"] = "\(Int(seconds * Double(total - progress.done) / Double(progress.done)))"
        }
        output.progress(output.text(values["left"] == nil ? "import.meter" : "import.meter_left", values))
    }

    func end() { output.endProgress() }
}

extension ImportCommand {
    /// Says what is waited for, on the error output.
    func patience(_ output: Output) -> OutagePatience {
        OutagePatience(limit: Span(wait) ?? .seconds(0)) { [wait] problem in
            output.endProgress()
            output.tell(output.text("import.away", ["reason": problem.reason, "time": wait]))
        }
    }

    /// Prints a mapping, and how to keep what it leaves out.
    func propose(_ rapport: Rapport, _ output: Output) async throws {
        let guess = try await rapport.guess(of: file, source: source)
        guard !guess.isEmpty else {
            throw Problem(
                "import.empty", output.text("import.nothing.guess"), at: .init(file: file),
                remedy: output.text("import.nothing.guess_remedy"))
        }
        let proposal = try guess.proposal(chosen)
        let (target, yaml, left) = (proposal.target, proposal.yaml, proposal.leftOut)
        output.line(String(yaml.dropLast()))
        if !left.isEmpty {
            output.line("# " + output.text("import.left_out.columns", ["columns": Self.names(left.map(\.column))]))
            output.line("# " + output.text("import.left_out.\(target.rawValue)"))
            if target == .people {
                for (name, column) in left { output.line("#   \(name): \(MappingGuess.quoted(column))") }
            }
        }
        output.json([
            "mapping": .string(yaml), "as": .string(target.rawValue), "left_out": .array(left.map { .string($0.column) }),
        ])
    }

    /// What a guess reads and what it leaves out, before an import that goes by it.
    func showGuess(_ mapping: Mapping, _ rapport: Rapport, _ output: Output) async throws {
        output.say("import.guessed")
        for line in mapping.summary { output.line("  \(line)") }
        let proposal = try await rapport.guess(of: file, source: source).proposal(chosen, otherwise: .people)
        if !proposal.kept.isEmpty { output.say("import.kept", ["columns": Self.names(proposal.kept)]) }
        guard !proposal.leftOut.isEmpty else { return }
        output.say("import.left_out.columns", ["columns": Self.names(proposal.leftOut.map(\.column))])
        output.say("import.left_out.hint")
    }

    private static func names(_ columns: [String]) -> String {
        columns.map { $0.replacing(/\s+/, with: " ") }.joined(separator: ", ")
    }

    /// Says that there was nothing in the file, which is no failure: an export may have nothing to tell.
    func showNothing(_ report: ImportReport, _ rapport: Rapport, _ output: Output) throws {
        guard report.progress.records == 0 else { return }
        let columns = try rapport.header(of: file)
        if columns.isEmpty {
            output.say("import.nothing.file", ["file": file])
        } else {
            output.say("import.nothing.rows", ["file": file, "columns": columns.joined(separator: ", ")])
        }
    }
}

extension ImportReport {
    /// - Parameters:
    ///   - outcome: `brought`, `would_bring` or `resumed`.
    ///   - waiting: events that are on the log and not handled yet.
    func show(_ outcome: String, waiting: Int64 = 0, _ output: Output) {
        output.say(
            "import.\(outcome)", count: progress.added,
            [
                "records": output.texts("cli.import.records", count: progress.records), "known": "\(progress.duplicates)",
                "rejected": "\(progress.rejected)", "omitted": output.texts("cli.import.values", count: progress.omitted),
            ])
        output.table(["kind", "events"], kinds.sorted { $0.key < $1.key }.map { [$0.key, String($0.value)] })
        // A column that is missing is why rows are rejected.
        for problem in unseen { output.line("  \(problem.at(.init()))") }
        for problem in problems.prefix(10) { output.line("  \(problem)") }
        if oddities.records > 0 {
            output.say("import.odd", count: oddities.records)
            for odd in oddities.first { output.line("  \(odd)") }
        }
        if waiting > 0 { output.say("import.waiting", count: waiting) }
        output.json(.object((json.object ?? []) + [.init("waiting", .integer(waiting))]))
    }

    private var json: JSONValue {
        [
            "import": .integer(id), "resumed": .bool(resumed), "records": .integer(progress.records),
            "added": .integer(progress.added),
            "duplicates": .integer(progress.duplicates), "rejected": .integer(progress.rejected),
            "omitted": .integer(progress.omitted),
            "kinds": .object(kinds.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) }),
            "problems": .array(problems.map(\.json)), "odd": .integer(oddities.records),
            "oddities": .array(oddities.first.map(\.json)), "missing_columns": .array(unseen.map(\.json)),
        ]
    }
}
