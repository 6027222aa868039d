import RapportCore
import RapportPluginKit

/// A source of rows in memory, with a bookmark after every fourth or so, that can break off.
struct ListSource: DataSource {
    static let manifest = Manifest(id: "source.list", kind: .source, version: "1.0.0", summary: "Rows in memory.")

    let names: [String]
    let rows: [[String]]
    let stopAfter: Int?
    let bookmarksEach: Int

    init(names: [String], rows: [[String]], stopAfter: Int? = nil, bookmarksEach: Int = 4) {
        self.bookmarksEach = bookmarksEach
        self.names = names
        self.rows = rows
        self.stopAfter = stopAfter
    }

    init(settings: Settings, environment: PluginEnvironment) throws { self.init(names: [], rows: []) }

    func read(after bookmark: JSONValue?, into sink: any RecordSink) async throws {
        let start = Int(bookmark?.integer ?? 0)
        for index in start..<rows.count {
            if index == stopAfter { throw CancellationError() }
            try await sink.record(
                SourceRecord(stream: "list", line: Int64(index + 2), names: names, values: rows[index].map { .string($0) }))
            if (index + 1) % bookmarksEach == 0 { try await sink.bookmark(.integer(Int64(index + 1))) }
        }
    }
}
