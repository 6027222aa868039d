import Foundation
import RapportCore
import RapportIntegration
import RapportPluginKit
import RapportStorage

/// A line of progress on a terminal: records, rate and time left.
actor ImportMeter {
    private let output: Output
    private let began = ContinuousClock.now
    private var shown = ContinuousClock.now

    init(_ output: Output) { self.output = output }

    func show(_ progress: ImportProgress) {
        let now = ContinuousClock.now
        guard output.showsProgress, now - shown > .milliseconds(200) else { return }
        shown = now
        let seconds = Double((now - began).components.seconds) + 0.001
        let rate = Int(Double(progress.records) / seconds)
        var line = "\(progress.records) records, \(rate)/s"
        if let total = progress.total, total > 0, progress.done > 0 {
            let left = Int(seconds * Double(total - progress.done) / Double(progress.done))
            line += ", \(progress.done * 100 / total) %, \(left) s left"
        }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8))
    }

    func end() { if output.showsProgress { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) } }
}

extension ImportReport {
    func show(_ verb: String, _ output: Output) {
        output.line(
            "\(verb) \(progress.added) events of \(progress.records) records; \(progress.duplicates) known already, "
                + "\(progress.rejected) rejected, \(progress.omitted) values left out")
        output.table(["kind", "events"], kinds.sorted { $0.key < $1.key }.map { [$0.key, String($0.value)] })
        for problem in problems.prefix(10) { output.line("  \(problem)") }
        for problem in unseen { output.line("  \(problem.at(.init()))") }
        output.json(json)
    }

    var json: JSONValue {
        [
            "import": .integer(id), "resumed": .bool(resumed), "records": .integer(progress.records),
            "added": .integer(progress.added),
            "duplicates": .integer(progress.duplicates), "rejected": .integer(progress.rejected),
            "omitted": .integer(progress.omitted),
            "kinds": .object(kinds.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) }),
            "problems": .array(problems.map(\.json)), "missing_columns": .array(unseen.map(\.json)),
        ]
    }
}
