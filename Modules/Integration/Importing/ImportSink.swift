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
    /// Bytes of the values of these, roughly.
    private var rawSize = 0
    /// Where reading can go on, and how many records lie before: written with the next slice.
    private var bookmark: (text: String, ordinal: Int64)?
    /// What the source writes to its store, and what of it is to be committed with the next bookmark.
    private let kept: PendingPluginState?
    private var heldState: [String: JSONValue?] = [:]
    /// A source that is asked again and again may pause after a bookmark: what came before is written soon.
    private let isFeed: Bool
    private var flushed = ContinuousClock.now
    /// Writes after a bookmark, if nothing else does before.
    private var pause: Task<Void, Never>?
    /// What went wrong meanwhile: the source hears of it with the next that it says.
    private var failure: (any Error)?
    private let gate = ImportGate()
    private var assembler = ImportAssembler()
    /// An order whose lines are still coming.
    private var open: OpenOrder?
    private var columns: ColumnIndex
    /// Columns that the mapping reads and no record has had.
    private var unseen: Set<String>
    private var ordinal: Int64
    private var writer: ImportWriter
    private var writing: Task<ImportWriter, any Error>?
    /// To the transaction that is being written, where it takes several slices.
    private var handover: ImportHandover?
    private var (done, total): (Int64, Int64?) = (0, nil)

    init(
        importer: Importer, mapper: Mapper, id: Int64, done: ImportProgress, slices: Int64, startsAt: Int64,
        lease: SourceLease? = nil, kept: PendingPluginState? = nil,
        counted: ImportCount = ImportCount(),
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
        writer.counted = counted
    }

    func record(_ record: SourceRecord) async throws {
        ordinal += 1
        raw.append((ordinal, record))
        rawSize += record.values.reduce(0) { $0 + $1.roughSize }
        if raw.count >= writer.sliceSize || rawSize > Self.mostBytes { try await flush() }
    }

    func records(_ records: [SourceRecord]) async throws {
        for record in records { try await self.record(record) }
    }

    private static let mostBytes = 8_388_608

    func reject(_ problem: Problem, raw text: String) async throws {
        try await flush()
        ordinal += 1
        let reject = Imports.Reject(problem, line: Int64(problem.place?.line ?? 0), raw: text)
        await gate.enter()
        defer { gate.leave() }
        try await write(ImportCargo(events: prepare([]), rejects: [reject], rejected: 1, last: ordinal), Mark())
    }

    /// Files give bookmarks often, some taps after each record: they wait for a slice that is worth a transaction, and only the
    /// last of them counts. But a source that pauses has what it said written.
    func bookmark(_ bookmark: JSONValue) async throws {
        if let failure { throw failure }
        self.bookmark = (bookmark.text, ordinal)
        holdState()
        if raw.count * 2 >= writer.sliceSize || ContinuousClock.now - flushed > .seconds(1) { return try await flush() }
        guard isFeed, pause == nil else { return }
        pause = Task {
            try? await Task.sleep(for: .milliseconds(100))
            await self.endPause()
        }
    }

    private func endPause() async {
        // Once it writes nobody cancels it: that would cancel the slice.
        guard !Task.isCancelled else { return }
        pause = nil
        do { try await flush() } catch { failure = failure ?? error }
    }

    /// Where reading can go on, and what the source kept until then: written with the records before, never ahead of them.
    private struct Mark {
        var bookmark: (text: String, ordinal: Int64)?
        var state: [String: JSONValue?] = [:]
    }

    private func takeMark() -> Mark {
        defer { (bookmark, heldState) = (nil, [:]) }
        return Mark(bookmark: bookmark, state: heldState)
    }

    private func holdState() { if let kept { heldState.merge(kept.take()) { $1 } } }

    func progress(done: Int64, of total: Int64?) async { (self.done, self.total) = (done, total) }

    func finish() async throws {
        pause?.cancel()
        pause = nil
        try await flush()
        await gate.enter()
        defer { gate.leave() }
        if let last = open {
            open = nil
            let cargo = ImportCargo(events: prepare([assembler.key(last.whole)]), lines: [0], last: last.ordinal)
            try await write(cargo, takeMark())
        }
        holdState()
        try await write(ImportCargo(events: prepare([])), takeMark(), isLast: true)
        try await settle()
        try await importer.end(.finished, of: id)
    }

    /// The source broke off: what came before the last place that it named stands. Waits for a slice under way, whatever becomes
    /// of it.
    func abandon() async {
        pause?.cancel()
        pause = nil
        if let last = bookmark?.ordinal, failure == nil, !Task.isCancelled {
            raw.removeAll { $0.ordinal > last }
            try? await flush()
        }
        failure = failure ?? CancellationError()
        await gate.enter()
        defer { gate.leave() }
        handover?.close()
        handover = nil
        if let written = try? await writing?.value { writer = written }
        writing = nil
    }

    /// What has been counted so far, for whoever goes on.
    var counted: ImportCount { writer.counted }

    func report(resumed: Bool) -> ImportReport {
        var progress = writer.progress
        (progress.done, progress.total) = (done, total)
        return ImportReport(
            id: id, progress: progress, resumed: resumed, kinds: writer.counted.kinds, problems: writer.counted.problems,
            unseen: ordinal == 0 ? [] : ColumnIndex.missing(unseen, among: columns.names),
            oddities: writer.counted.oddities)
    }

    /// A source may say more while this waits; what it says then comes with the next.
    private func flush() async throws {
        await gate.enter()
        defer { gate.leave() }
        if let failure { throw failure }
        flushed = .now
        guard !raw.isEmpty || bookmark != nil else { return }
        let (records, mark) = (raw, takeMark())
        (raw, rawSize) = ([], 0)
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
            cargo.oddities.take(entry.record)
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
        try await write(cargo, mark)
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
        let key = OpenOrder.key(of: made.event)
        if open?.key == key {
            open?.take(made.event)
            return []
        }
        defer { open = OpenOrder(made, key: key, ordinal: ordinal) }
        return open.map { [assembler.key($0.whole)] } ?? []
    }

    /// Starts to write when the slices before are written; reading and mapping go on meanwhile.
    ///
    /// - Parameter isLast: whether what the source keeps goes with it although there is no bookmark.
    private func write(_ cargo: ImportCargo, _ mark: Mark, isLast: Bool = false) async throws {
        if handover == nil { try await settle() }
        let handled = open.map { $0.ordinal - 1 }
        // While an order is open, its first line has to be read again after an interruption.
        let bookmark = mark.bookmark.flatMap { $0.ordinal <= handled ?? .max ? $0 : nil }
        var cargo = cargo
        if bookmark != nil || isLast {
            cargo.state = mark.state
        } else {
            self.bookmark = self.bookmark ?? mark.bookmark
            heldState = mark.state.merging(heldState) { $1 }
        }
        guard !cargo.isEmpty || bookmark != nil else { return }
        let parcel = ImportParcel(cargo: cargo, handled: handled, bookmark: bookmark)
        if let handover {
            try Task.checkCancellation()
            if await handover.give(parcel) { return }
            try await settle()
        }
        let writer = self.writer
        guard let span = importer.joins else {
            writing = Task { try await writer.write(parcel) }
            return
        }
        let handover = ImportHandover()
        self.handover = handover
        writing = Task {
            defer { handover.close() }
            return try await writer.write(parcel, and: handover, for: span)
        }
    }

    private func settle() async throws {
        handover?.close()
        handover = nil
        guard let running = writing else { return }
        writing = nil
        do {
            writer = try await withTaskCancellationHandler {
                try await running.value
            } onCancel: {
                running.cancel()
            }
        } catch {
            // What comes after a slice that is not written must not be written either.
            failure = failure ?? error
            throw error
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
            line: line, field: clean(problem.place?.path ?? ""), code: problem.code,
            // What to do stands in the row too: whoever mends a file has nothing else before them.
            reason: clean(Problem(problem.code, problem.reason, remedy: problem.remedy).description), raw: clean(raw))
    }
}
