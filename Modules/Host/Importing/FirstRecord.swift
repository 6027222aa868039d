import RapportCore
import RapportPluginKit

/// The columns of the first record of a source.
enum FirstRecord {
    static func columns(of reader: any DataSource) async throws -> [String] {
        let sink = Sink()
        do {
            // Looking is not reading: what the source would keep is forgotten.
            try await PendingPluginState.$current.withValue(PendingPluginState()) {
                try await reader.read(after: nil, into: sink)
            }
        } catch is Found {}
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
