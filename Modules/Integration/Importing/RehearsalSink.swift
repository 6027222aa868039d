import RapportCore
import RapportPluginKit
import RapportStorage

/// Counts what an import would bring.
actor RehearsalSink: RecordSink {
    private let mapper: Mapper
    private var columns: ColumnIndex
    private var assembler = ImportAssembler()
    private var seen: Set<[UInt8]> = []
    private var kinds: [String: Int64] = [:]
    private var problems: [Problem] = []
    private var progress = ImportProgress()
    private var oddities = ImportOddities()

    private var unseen: Set<String>
    /// The order whose lines are still coming.
    private var open: String?

    init(mapper: Mapper) {
        self.mapper = mapper
        unseen = mapper.mapping.columns
        columns = ColumnIndex([], for: mapper.mapping)
    }

    func record(_ record: SourceRecord) async throws {
        if record.names != columns.names {
            columns = ColumnIndex(record.names, for: mapper.mapping)
            unseen = unseen.filter { columns[$0] == nil }
        }
        oddities.take(record)
        let outcome = mapper.map(record, columns)
        progress.records += 1
        for made in outcome.events {
            if mapper.mapping.hasLines, made.event.kind.hasPrefix("order.") {
                let key = OpenOrder.key(of: made.event)
                defer { open = key }
                if open == key { continue }
            }
            let event = assembler.key(made)
            // Keys of the source that come twice in it are one; what is on the log already, only the import itself knows.
            if made.keyed, let key = event.dedupeKey, !seen.insert(key).inserted {
                progress.duplicates += 1
            } else {
                progress.added += 1
                kinds[event.kind, default: 0] += 1
            }
        }
        if outcome.events.isEmpty, !outcome.problems.isEmpty { progress.rejected += 1 }
        progress.omitted += Int64(outcome.omissions.count)
        for problem in outcome.problems + outcome.omissions { note(problem, record.line) }
    }

    func reject(_ problem: Problem, raw: String) async throws {
        progress.records += 1
        progress.rejected += 1
        note(problem, Int64(problem.place?.line ?? 0))
    }

    func bookmark(_ bookmark: JSONValue) async throws {}
    func progress(done: Int64, of total: Int64?) async { (progress.done, progress.total) = (done, total) }

    private func note(_ problem: Problem, _ line: Int64) {
        guard problems.count < 20 else { return }
        var place = problem.place ?? .init()
        place.line = Int(line)
        problems.append(problem.at(place))
    }

    func report() -> ImportReport {
        ImportReport(
            id: 0, progress: progress, resumed: false, kinds: kinds, problems: problems,
            unseen: progress.records == 0 ? [] : ColumnIndex.missing(unseen, among: columns.names),
            oddities: oddities)
    }
}
