import RapportCore
import RapportPluginKit
import RapportStorage

/// Takes records from a source, maps them on the way and writes slices while the next records are read.
actor ImportSink: RecordSink {
    private let importer: Importer
    private let mapper: Mapper
    private let id: Int64
    private let report: @Sendable (ImportProgress) async -> Void

    private var raw: [(ordinal: Int64, record: SourceRecord)] = []
    /// Where reading can go on, and how many records lie before: written with the next slice.
    private var bookmark: (text: String, ordinal: Int64)?
    /// What the source writes to its store, and what of it is to be committed with the next bookmark.
    private let kept: PendingPluginState?
    private var heldState: [String: JSONValue?] = [:]
    /// A source that is asked again and again may pause after a bookmark: what came before is written at once.
    private let isFeed: Bool
    private var flushed = ContinuousClock.now
    private var assembler = ImportAssembler()
    /// An order whose lines are still coming.
    private var open: (ordinal: Int64, key: String, made: (event: NewEvent, content: [UInt8], keyed: Bool))?
    private var columns: ColumnIndex
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
        isFeed = lease != nil
        self.mapper = mapper
        self.id = id
        columns = ColumnIndex([], for: mapper.mapping)
        unseen = mapper.mapping.columns
        ordinal = startsAt
        report = progress
        writer = ImportWriter(importer: importer, id: id, progress: done, slices: slices, lease: lease)
    }

    func record(_ record: SourceRecord) async throws {
        ordinal += 1
        raw.append((ordinal, record))
        if raw.count >= writer.sliceSize { try await flush() }
    }

    func records(_ records: [SourceRecord]) async throws {
        for record in records { try await self.record(record) }
    }

    func reject(_ problem: Problem, raw text: String) async throws {
        try await flush()
        ordinal += 1
        let reject = Imports.Reject(problem, line: Int64(problem.place?.line ?? 0), raw: text)
        try await write(ImportCargo(events: prepare([]), rejects: [reject], rejected: 1, last: ordinal))
    }

    /// Files give bookmarks often: they wait for a slice that is worth a transaction.
    func bookmark(_ bookmark: JSONValue) async throws {
        self.bookmark = (bookmark.text, ordinal)
        holdState()
        if isFeed || raw.count * 2 >= writer.sliceSize || ContinuousClock.now - flushed > .seconds(1) { try await flush() }
    }

    private func holdState() { if let kept { heldState.merge(kept.take()) { $1 } } }

    func progress(done: Int64, of total: Int64?) async { (self.done, self.total) = (done, total) }

    func finish() async throws {
        try await flush()
        if let last = open {
            open = nil
            try await write(ImportCargo(events: prepare([assembler.key(last.made)]), lines: [0], last: last.ordinal))
        }
        holdState()
        try await write(ImportCargo(events: prepare([])), isLast: true)
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

    private func flush() async throws {
        flushed = .now
        guard !raw.isEmpty || bookmark != nil else { return }
        let records = raw
        raw = []
        if let names = records.first?.record.names, names != columns.names {
            columns = ColumnIndex(names, for: mapper.mapping)
            unseen = unseen.filter { columns[$0] == nil }
        }
        let outcomes = await Self.map(records, mapper, columns)
        let skipped = writer.startedFrom
        var events: [NewEvent] = []
        events.reserveCapacity(records.count)
        var cargo = ImportCargo(events: prepare([]))
        for (entry, outcome) in zip(records, outcomes) {
            let made = outcome.events.flatMap { assemble($0, entry.ordinal) }
            // Handled before the interruption: only counted again.
            guard entry.ordinal > skipped else { continue }
            events += made
            cargo.lines += made.map { _ in entry.record.line }
            cargo.last = entry.ordinal
            guard !outcome.problems.isEmpty || !outcome.omissions.isEmpty else { continue }
            let text = Self.text(of: entry.record)
            cargo.rejects += (outcome.problems + outcome.omissions).map { .init($0, line: entry.record.line, raw: text) }
            cargo.rejected += outcome.events.isEmpty && !outcome.problems.isEmpty ? 1 : 0
            cargo.omitted += Int64(outcome.omissions.count)
        }
        cargo.events = prepare(events)
        try await write(cargo)
    }

    private func prepare(_ events: [NewEvent]) -> PreparedEvents {
        importer.door.prepare(
            events.map { event in
                var event = event
                event.batch = id
                return event
            })
    }

    /// The event of a record, keyed; of an order whose lines are rows, the one that this row ends, if any.
    private func assemble(_ made: (event: NewEvent, content: [UInt8], keyed: Bool), _ ordinal: Int64) -> [NewEvent] {
        guard mapper.mapping.hasLines, made.event.kind.hasPrefix("order.") else { return [assembler.key(made)] }
        let key = "\(made.event.kind) \(made.event.properties["order"]?.plainText ?? "")"
        if open?.key == key {
            if var event = open?.made.event {
                ImportAssembler.join(made.event, to: &event)
                open?.made.event = event
            }
            return []
        }
        defer { open = (ordinal, key, made) }
        return open.map { [assembler.key($0.made)] } ?? []
    }

    /// Starts to write when the slices before are written; reading and mapping go on meanwhile.
    ///
    /// - Parameter isLast: whether what the source keeps goes with it although there is no bookmark.
    private func write(_ cargo: ImportCargo, isLast: Bool = false) async throws {
        try await settle()
        let handled = open.map { $0.ordinal - 1 }
        // While an order is open, its first line has to be read again after an interruption.
        let bookmark = bookmark.flatMap { $0.ordinal <= handled ?? .max ? $0 : nil }
        var cargo = cargo
        if bookmark != nil { self.bookmark = nil }
        if bookmark != nil || isLast { swap(&cargo.state, &heldState) }
        guard !cargo.isEmpty || bookmark != nil else { return }
        let writer = self.writer
        writing = Task { [cargo] in try await writer.write(cargo, handled: handled, bookmark: bookmark) }
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
                if entry.record.names != columns.names { columns = ColumnIndex(entry.record.names, for: mapper.mapping) }
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

/// Writing CSV (RFC 4180).
public enum CSVText {
    public static func field(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    public static func line(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") + "\r\n" }
}
