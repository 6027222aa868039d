import RapportCore
public import RapportPluginKit

/// The contract of a source, run against any of them: built in, external, or yours.
public struct SourceConformance: Sendable {
    public enum Resuming: Sendable {
        /// Reading after a bookmark gives exactly what came after it.
        case exact
        /// Reading after a bookmark gives at least what came after it: keys tell what is the same.
        case atLeast
    }

    let make: @Sendable () async throws -> any DataSource
    let count: Int
    let resuming: Resuming

    /// - Parameter count: how many records there are.
    public init(count: Int, resuming: Resuming = .exact, make: @escaping @Sendable () async throws -> any DataSource) {
        self.make = make
        self.count = count
        self.resuming = resuming
    }

    public func run() async -> ConformanceReport {
        let report = ConformanceReport()
        await report.part("making it") { await report.check(try await make().manifest) }
        await report.part("cleaning up without a start") { await (try await make()).cleanup() }
        await report.part("the probe") {
            let source = try await make()
            _ = try await source.probe()
            await source.cleanup()
        }
        await report.part("reading") { try await reading(report) }
        await report.part("a sink that refuses") {
            let source = try await make()
            let sink = CollectingSink(limit: 1)
            do {
                try await source.read(after: nil, into: sink)
                report.check(false, "it goes on although the sink refused a record")
            } catch {
                report.check(error is CancellationError, "the sink's own error came back as \(error)")
            }
            // A source that was stopped half way works again.
            let whole = CollectingSink()
            try await source.read(after: nil, into: whole)
            report.check(whole.records.count == count, "after a stop it reads \(whole.records.count) of \(count) records")
            await source.cleanup()
        }
        return report
    }

    private func reading(_ report: ConformanceReport) async throws {
        let source = try await make()
        let sink = CollectingSink()
        try await source.read(after: nil, into: sink)
        let all = sink.records
        report.check(all.count == count, "it reads \(all.count) records of \(count)")
        report.check(all.allSatisfy { $0.names.count == $0.values.count }, "a record has not as many values as names")
        for (bookmark, position) in sink.positions.suffix(8) {
            let rest = CollectingSink()
            try await source.read(after: bookmark, into: rest)
            let wanted = all[position...]
            switch resuming {
            case .exact:
                report.check(
                    rest.records.map(\.values) == wanted.map(\.values),
                    "after \(bookmark.text) it reads \(rest.records.count) records instead of \(wanted.count)")
            case .atLeast:
                let got = Set(rest.records.map(\.values))
                report.check(wanted.allSatisfy { got.contains($0.values) }, "after \(bookmark.text) records are lost")
            }
        }
        await source.cleanup()
    }
}
