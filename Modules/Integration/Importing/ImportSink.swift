import RapportCore
import RapportPluginKit
import RapportStorage
import RapportTabular

/// Takes records from a source, maps them on the way and writes slices while the next records are read.
actor ImportSink: RecordSink {
    private let importer: Importer
    private let mapper: Mapper
    private let id: Int64
    private let report: @Sendable (ImportProgress) async -> Void

    private var raw: [(ordinal: Int64, record: SourceRecord)] = []
    private var assembler = ImportAssembler()
    /// Said while an order was open.
    private var heldBookmark: String?
    /// What the source writes to its store, and what of it is to be committed with the next bookmark.
    private let kept: PendingPluginState?
    private var heldState: [String: JSONValue?] = [:]
    /// An order whose lines are still coming.
    private var open: (ordinal: Int64, key: String, made: (event: NewEvent, content: [UInt8], keyed: Bool))?
    private var columns = ColumnIndex([])
    /// Columns that the mapping reads and no record has had.
    private var unseen: Set<String>
    private var ordinal: Int64
    private var writer: ImportWriter
    private var writing: Task<ImportWriter, any Error>?
    private var (done, total): (Int64, Int64?) = (0, nil)
    private var kinds: [String: Int64] = [:]
    private var problems: [Problem] = []

    init(
        importer: Importer, mapper: Mapper, id: Int64, done: ImportProgress, slices: Int64, startsAt: Int64,
        lease: SourceLease? = nil, kept: PendingPluginState? = nil,
        progress: @escaping @Sendable (ImportProgress) async -> Void
    ) {
        self.importer = importer
        self.kept = kept
        self.mapper = mapper
        self.id = id
        unseen = mapper.mapping.columns
        ordinal = startsAt
        report = progress
        writer = ImportWriter(importer: importer, id: id, progress: done, slices: slices, lease: lease)
    }

    func record(_ record: SourceRecord) async throws {
        ordinal += 1
        raw.append((ordinal, record))
        if raw.count >= 2_000 { try await flush(bookmark: nil) }
    }

    func reject(_ problem: Problem, raw text: String) async throws {
        try await flush(bookmark: nil)
        ordinal += 1
        let item = ImportItem(
            ordinal: ordinal, events: [], rejects: [.init(problem, line: Int64(problem.place?.line ?? 0), raw: text)],
            isRejected: true, omitted: 0)
        try await write([item], bookmark: nil)
    }

    func bookmark(_ bookmark: JSONValue) async throws {
        holdState()
        try await flush(bookmark: bookmark.text)
    }

    private func holdState() { if let kept { heldState.merge(kept.take()) { $1 } } }

    func progress(done: Int64, of total: Int64?) async { (self.done, self.total) = (done, total) }

    func finish() async throws {
        try await flush(bookmark: nil)
        if let open {
            self.open = nil
            try await write([item(open.ordinal, [assembler.key(open.made)])], bookmark: heldBookmark)
        }
        holdState()
        if !heldState.isEmpty { try await write([], bookmark: nil, isLast: true) }
        try await settle()
        try await importer.setState(.finished, of: id)
    }

    /// Waits for a slice under way, whatever becomes of it.
    func abandon() async { _ = try? await writing?.value }

    func report(resumed: Bool) -> ImportReport {
        var progress = writer.progress
        (progress.done, progress.total) = (done, total)
        return ImportReport(
            id: id, progress: progress, resumed: resumed, kinds: writer.kinds, problems: writer.problems,
            unseen: ordinal == 0 ? [] : ColumnIndex.missing(unseen, among: columns.names))
    }

    private func flush(bookmark: String?) async throws {
        guard !raw.isEmpty else {
            if let bookmark { try await write([], bookmark: bookmark) }
            return
        }
        let records = raw
        raw = []
        if let names = records.first?.record.names, names != columns.names {
            columns = ColumnIndex(names)
            unseen = unseen.filter { columns[$0] == nil }
        }
        let outcomes = await Self.map(records, mapper, columns)
        let skipped = writer.startedFrom
        var items: [ImportItem] = []
        for (entry, outcome) in zip(records, outcomes) {
            // Handled before the interruption: only counted again.
            let isNew = entry.ordinal > skipped
            var events: [NewEvent] = []
            for made in outcome.events {
                guard mapper.mapping.hasLines, made.event.kind.hasPrefix("order.") else {
                    events.append(assembler.key(made))
                    continue
                }
                let key = "\(made.event.kind) \(made.event.properties["order"]?.plainText ?? "")"
                if open?.key == key {
                    if var event = open?.made.event {
                        ImportAssembler.join(made.event, to: &event)
                        open?.made.event = event
                    }
                } else {
                    if let open { events.append(assembler.key((open.made.event, open.made.content, open.made.keyed))) }
                    open = (entry.ordinal, key, made)
                }
            }
            var item = item(entry.ordinal, isNew ? events : [])
            item.line = entry.record.line
            if isNew {
                let text = outcome.problems.isEmpty && outcome.omissions.isEmpty ? "" : Self.text(of: entry.record)
                item.rejects = (outcome.problems + outcome.omissions).map { .init($0, line: entry.record.line, raw: text) }
                item.isRejected = outcome.events.isEmpty && !outcome.problems.isEmpty
                item.omitted = Int64(outcome.omissions.count)
                items.append(item)
            }
        }
        try await write(items, bookmark: bookmark)
    }

    private func item(_ ordinal: Int64, _ events: [NewEvent]) -> ImportItem {
        ImportItem(ordinal: ordinal, events: events, rejects: [], isRejected: false, omitted: 0)
    }

    /// Starts to write when the slices before are written; reading and mapping go on meanwhile.
    ///
    /// - Parameter isLast: whether what the source keeps goes with it although there is no bookmark.
    private func write(_ items: [ImportItem], bookmark: String?, isLast: Bool = false) async throws {
        try await settle()
        // While an order is open, its first line has to be read again after an interruption.
        if bookmark != nil { heldBookmark = open == nil ? nil : bookmark }
        let bookmark = open == nil ? bookmark : nil
        let handled = open.map { $0.ordinal - 1 }
        let writer = self.writer
        let at = ordinal
        var state: [String: JSONValue?] = [:]
        if bookmark != nil || isLast { swap(&state, &heldState) }
        writing = Task { [state] in
            try await writer.write(items, handled: handled, bookmark: bookmark.map { ($0, at) }, state: state)
        }
    }

    private func settle() async throws {
        guard let running = writing else { return }
        writing = nil
        writer = try await withTaskCancellationHandler {
            try await running.value
        } onCancel: {
            running.cancel()
        }
        try Task.checkCancellation()
        var progress = writer.progress
        (progress.done, progress.total) = (done, total)
        await report(progress)
    }

    /// On two cores at once: phone numbers alone take 7 to 9 µs each.
    private static func map(_ records: [(ordinal: Int64, record: SourceRecord)], _ mapper: Mapper, _ columns: ColumnIndex) async
        -> [Mapper.Outcome]
    {
        func part(_ range: Range<Int>) -> [Mapper.Outcome] {
            var columns = columns
            return records[range].map { entry in
                if entry.record.names != columns.names { columns = ColumnIndex(entry.record.names) }
                return mapper.map(entry.record, columns)
            }
        }
        guard records.count >= 512 else { return part(0..<records.count) }
        let middle = records.count / 2
        async let second = part(middle..<records.count)
        let first = part(0..<middle)
        return first + (await second)
    }

    /// The record as a line of CSV.
    static func text(of record: SourceRecord) -> String {
        record.values.map { CSVText.field($0.plainText ?? $0.text) }.joined(separator: ",")
    }
}

extension Imports.Reject {
    init(_ problem: Problem, line: Int64, raw: String) {
        // U+0000 can stand in no database.
        func clean(_ text: String) -> String { text.replacing("\u{0}", with: "\u{FFFD}") }
        self.init(
            line: line, field: clean(problem.place?.path ?? ""), code: problem.code, reason: clean(problem.reason),
            raw: clean(raw))
    }
}
