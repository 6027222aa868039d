import RapportCore
import RapportStorage

/// Writes what was mapped in transactions short enough, each with the import's own account of it. The next may begin while the last is on
/// its way to the disk: what the disk loses, the account lacks, and it is read again. The import's end waits for all.
struct ImportWriter: Sendable {
    let importer: Importer
    let id: Int64
    /// As the database has it.
    private(set) var progress: ImportProgress
    private var slices: Int64
    /// Records that were handled before this run.
    let startedFrom: Int64
    var counted = ImportCount()
    /// How many records the next slice should have, so that its transaction keeps to the budget.
    private(set) var sliceSize: Int
    private var rejects: Int64
    private let lease: SourceLease?

    /// Three slices are in memory at a time, at some 9 kB a record.
    private static let sliceSizes = 50...2_500

    init(importer: Importer, id: Int64, progress: ImportProgress, slices: Int64, lease: SourceLease? = nil) {
        self.importer = importer
        self.lease = lease
        self.id = id
        self.progress = progress
        self.slices = slices
        startedFrom = progress.records
        rejects = progress.rejected + progress.omitted
        sliceSize = importer.joins == nil ? 500 : Self.sliceSizes.upperBound
    }

    /// Writes a slice in one transaction and returns the writer as it then is.
    func write(_ parcel: ImportParcel) async throws -> ImportWriter {
        var writer = self
        try Task.checkCancellation()
        try await importer.pace?()
        let written = try await retrying { follows in
            try await importer.database.writeAhead { db in try write(parcel, follows: follows, in: db) }
        }
        writer.note(written)
        writer.adapt(ContinuousClock.now - written.began, records: parcel.cargo.events.events.count)
        return writer
    }

    /// Writes a slice, and those that are handed over meanwhile, in one transaction.
    ///
    /// - Parameter span: how long to take further ones.
    /// - Throws: `ImportSetback` where nothing is written because of one of several.
    func write(_ first: ImportParcel, and others: ImportHandover, for span: Duration) async throws -> ImportWriter {
        try Task.checkCancellation()
        try await importer.pace?()
        return try await importer.database.writeAhead { db in
            defer { others.close() }
            var writer = self
            var next: ImportParcel? = first
            let began = ContinuousClock.now
            while let parcel = next {
                do {
                    writer.note(try writer.write(parcel, follows: true, in: db))
                } catch let error where error is StepFault || importer.door.isRace(error) {
                    throw ImportSetback(reason: error)
                }
                next = ContinuousClock.now - began < span ? others.take(waiting: .milliseconds(500)) : nil
            }
            return writer
        }
    }

    private mutating func note(_ written: Written) {
        progress = written.progress
        slices += 1
        rejects += Int64(written.rejects.count)
        counted.kinds.merge(written.kinds) { $0 + $1 }
        counted.oddities.take(written.oddities)
        for reject in written.rejects where counted.problems.count < 20 {
            let place = Problem.Place(line: reject.line > 0 ? Int(reject.line) : nil, path: reject.field)
            counted.problems.append(Problem(reject.code, reject.reason, at: place))
        }
    }

    /// Time is counted from when the transaction had begun: waiting for another writer says nothing about the slice.
    private mutating func adapt(_ took: Duration, records: Int) {
        guard records * 2 >= sliceSize else { return }
        let share = (Duration.milliseconds(importer.budget.milliseconds) * 0.8) / took
        let wanted = Int(Double(records) * min(max(share, 0.5), 1.5))
        sliceSize = min(max(wanted, Self.sliceSizes.lowerBound), Self.sliceSizes.upperBound)
    }

    private func write(_ parcel: ImportParcel, follows: Bool, in db: Connection) throws -> Written {
        let (cargo, handled, bookmark) = (parcel.cargo, parcel.handled, parcel.bookmark)
        var written = Written(began: .now, progress: progress, rejects: cargo.rejects, oddities: cargo.oddities)
        let (answers, fresh) = try importer.door.bring(cargo.events, in: db)
        var added: [(ref: EventRef, key: [UInt8])] = []
        added.reserveCapacity(answers.count)
        for (index, (answer, event)) in zip(answers, cargo.events.events).enumerated() {
            switch answer {
            case .accepted(let ref, _):
                added.append((ref, event.dedupeKey ?? []))
                written.kinds[event.kind, default: 0] += 1
            case .duplicate: written.progress.duplicates += 1
            case .refused(let problem):
                written.progress.rejected += 1
                written.rejects.append(.init(problem, line: cargo.lines[index], raw: event.kind))
            }
        }
        written.progress.added += Int64(added.count)
        written.progress.records = max(progress.records, min(cargo.last ?? progress.records, handled ?? .max))
        written.progress.rejected += cargo.rejected
        written.progress.omitted += cargo.omitted
        // First of all: whose import it is no more has no number for a slice either.
        try account(written.progress, bookmark: bookmark, in: db)
        try db.insert(
            into: "import_rejects", ["import", "number", "line", "field", "code", "reason", "raw"], written.rejects.enumerated()
        ) { row, reject in
            row.integer(id)
            row.integer(rejects + Int64(reject.offset) + 1)
            row.integer(reject.element.line)
            row.text(reject.element.field)
            row.text(reject.element.code)
            row.text(reject.element.reason)
            row.text(reject.element.raw)
        }
        if !added.isEmpty { try ImportSlice(number: slices + 1, added: added).insert(into: id, in: db) }
        if let lease {
            if let bookmark { try lease.keep(bookmark: bookmark.text, in: db) }
            try DatabasePluginState.write(cargo.state, of: "sources.\(lease.instance)", in: db)
        }
        if follows { try importer.follow?(fresh, db) }
        return written
    }

    private struct Written: Sendable {
        var began: ContinuousClock.Instant
        var progress: ImportProgress
        var kinds: [String: Int64] = [:]
        var rejects: [Imports.Reject]
        var oddities: ImportOddities
    }

    private func account(
        _ progress: ImportProgress, bookmark: (text: String, ordinal: Int64)?, in db: Connection
    ) throws {
        let changed = try db.run(
            """
            UPDATE imports SET ordinal = \(progress.records), added = \(progress.added), duplicates = \(progress.duplicates),
                rejected = \(progress.rejected), omitted = \(progress.omitted), slices = \(slices + 1),
                updated_at = \(importer.clock.now)
            WHERE id = \(id) AND state = 0 AND slices = \(slices)
            """)
        guard changed == 1 else {
            throw Problem(
                "import.taken_over", "another process goes on with import \(id), or reverts it",
                remedy: "Let it, or try again later")
        }
        if let bookmark {
            try db.run("UPDATE imports SET bookmark = \(bookmark.text), bookmark_ordinal = \(bookmark.ordinal) WHERE id = \(id)")
        }
    }

    /// - Parameter body: is told whether what came in is to be handled in the same transaction.
    private func retrying<Result>(_ body: (Bool) async throws -> Result) async throws -> Result {
        var attempt = 1
        var follows = true
        while true {
            do {
                return try await body(follows)
            } catch is StepFault where follows {
                follows = false
            } catch  where attempt < 8 && importer.door.isRace(error) {
                attempt += 1
            }
        }
    }
}
