import RapportCore
import RapportPluginKit

/// The first records of a source.
struct FirstRecords {
    var columns: [String] = []
    /// Those with the same columns as the first.
    var rows: [[JSONValue]] = []

    /// Reads at most `count` records and stops.
    static func read(_ reader: any DataSource, count: Int = 200) async throws -> FirstRecords {
        let sink = Sink(count: count)
        // Looking is not reading: what the source would keep is forgotten.
        do {
            try await PendingPluginState.$current.withValue(PendingPluginState()) {
                try await reader.read(after: nil, into: sink)
            }
        } catch is Enough {}
        return await sink.first
    }

    private struct Enough: Error {}

    private actor Sink: RecordSink {
        var first = FirstRecords()
        private let count: Int

        init(count: Int) { self.count = count }

        func record(_ record: SourceRecord) async throws {
            if first.rows.isEmpty { first.columns = record.names }
            if record.names == first.columns { first.rows.append(record.values) }
            if first.rows.count >= count { throw Enough() }
        }
        func bookmark(_ bookmark: JSONValue) async throws {}
        func reject(_ problem: Problem, raw: String) async throws {}
        func progress(done: Int64, of total: Int64?) async {}
    }
}
