public import RapportCore
public import RapportPluginKit
import Synchronization

/// A record sink that keeps what a source says, for tests of data sources.
public final class CollectingSink: RecordSink {
    /// What came, in order.
    public enum Entry: Sendable, Hashable {
        case record(SourceRecord)
        case bookmark(JSONValue)
        case rejected(Problem, raw: String)
    }

    private let kept = Mutex<(entries: [Entry], records: Int)>(([], 0))
    private let limit: Int

    /// - Parameter limit: after so many records the sink throws `CancellationError`, as a cancelled import does.
    public init(limit: Int = .max) { self.limit = limit }

    public var entries: [Entry] { kept.withLock { $0.entries } }
    public var records: [SourceRecord] { entries.compactMap { if case .record(let record) = $0 { record } else { nil } } }
    public var bookmarks: [JSONValue] { entries.compactMap { if case .bookmark(let bookmark) = $0 { bookmark } else { nil } } }
    public var problems: [Problem] { entries.compactMap { if case .rejected(let problem, _) = $0 { problem } else { nil } } }

    /// Each bookmark with the number of records before it.
    public var positions: [(bookmark: JSONValue, records: Int)] {
        var count = 0
        return entries.compactMap { entry in
            switch entry {
            case .record: count += 1
            case .bookmark(let bookmark): return (bookmark, count)
            case .rejected: break
            }
            return nil
        }
    }

    public func record(_ record: SourceRecord) async throws {
        try kept.withLock { kept in
            guard kept.records < limit else { throw CancellationError() }
            kept.records += 1
            kept.entries.append(.record(record))
        }
    }
    public func bookmark(_ bookmark: JSONValue) async throws { kept.withLock { $0.entries.append(.bookmark(bookmark)) } }
    public func reject(_ problem: Problem, raw: String) async throws {
        kept.withLock { $0.entries.append(.rejected(problem, raw: raw)) }
    }
    public func progress(done: Int64, of total: Int64?) async {}
}
