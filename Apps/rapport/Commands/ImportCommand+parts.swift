import Foundation
import RapportCore
import RapportIntegration
import RapportPluginKit
import RapportStorage

/// Waits while the step is more than 2,000 events behind the door, so that a live event waits behind a slice and not behind a
/// file. Where nobody steps, nobody is waited for.
enum ImportPace {
    static func wait(_ database: any Database) async throws {
        var best = Int64.max
        var idle = 0
        while idle < 50 {
            let backlog = try await database.read { db in try Door.backlog(in: db) }
            if backlog <= 2_000 { return }
            idle = backlog < best ? 0 : idle + 1
            best = min(best, backlog)
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

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

/// The columns of the first record of a source.
enum FirstRecord {
    static func columns(of reader: any DataSource) async throws -> [String] {
        let sink = Sink()
        do { try await reader.read(after: nil, into: sink) } catch is Found {}
        return await sink.names
    }

    private struct Found: Error {}

    private actor Sink: RecordSink {
        var names: [String] = []
        func record(_ record: SourceRecord) async throws {
            names = record.names
            throw Found()
        }
        func bookmark(_ bookmark: JSONValue) async throws {}
        func reject(_ problem: Problem, raw: String) async throws {}
        func progress(done: Int64, of total: Int64?) async {}
    }
}

/// A plugin that is used once keeps nothing.
struct NoState: PluginState {
    func value(_ key: String) async throws -> JSONValue? { nil }
    func set(_ key: String, _ value: JSONValue?) async throws {}
}

extension ImportReport {
    var json: JSONValue {
        [
            "import": .integer(id), "resumed": .bool(resumed), "records": .integer(progress.records),
            "added": .integer(progress.added),
            "duplicates": .integer(progress.duplicates), "rejected": .integer(progress.rejected),
            "omitted": .integer(progress.omitted),
            "kinds": .object(kinds.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) }),
            "problems": .array(problems.map(\.json)),
        ]
    }
}
