import RapportCore
import RapportStorage

/// Writes what was mapped in transactions short enough, each with the import's own account of it.
struct ImportWriter: Sendable {
    let importer: Importer
    let id: Int64
    /// As the database has it.
    private(set) var progress: ImportProgress
    private var slices: Int64
    /// Records that were handled before this run.
    let startedFrom: Int64
    private(set) var kinds: [String: Int64] = [:]
    private(set) var problems: [Problem] = []
    private var sliceSize = 500
    private var rejects: Int64
    private let lease: SourceLease?

    init(importer: Importer, id: Int64, progress: ImportProgress, slices: Int64, lease: SourceLease? = nil) {
        self.importer = importer
        self.lease = lease
        self.id = id
        self.progress = progress
        self.slices = slices
        startedFrom = progress.records
        rejects = progress.rejected + progress.omitted
    }

    /// Writes items in slices and returns the writer as it then is.
    ///
    /// - Parameters:
    ///   - handled: records after this one are not handled for good yet; `nil`: all are.
    ///   - bookmark: where reading can go on after the last item, and how many records lie before.
    ///   - state: what the source keeps in its store, written with the last item.
    func write(
        _ items: [ImportItem], handled: Int64?, bookmark: (text: String, ordinal: Int64)?, state: [String: JSONValue?] = [:]
    ) async throws -> ImportWriter {
        var writer = self
        var start = 0
        repeat {
            try Task.checkCancellation()
            try await importer.pace?()
            let end = min(start + writer.sliceSize, items.count)
            let began = ContinuousClock.now
            try await writer.write(
                slice: Array(items[start..<end]), handled: handled, bookmark: end == items.count ? bookmark : nil,
                state: end == items.count ? state : [:])
            writer.adapt(ContinuousClock.now - began)
            start = end
        } while start < items.count
        return writer
    }

    private mutating func adapt(_ took: Duration) {
        let milliseconds = took.components.seconds * 1_000 + took.components.attoseconds / 1_000_000_000_000_000
        if milliseconds > importer.budget.milliseconds { sliceSize = max(50, sliceSize / 2) }
        if milliseconds * 2 < importer.budget.milliseconds { sliceSize = min(5_000, sliceSize + sliceSize / 4) }
    }

    private mutating func write(
        slice items: [ImportItem], handled: Int64?, bookmark: (text: String, ordinal: Int64)?, state: [String: JSONValue?]
    ) async throws {
        let lease = lease
        let (id, door, now, before, slice, rejectsBefore) = (id, importer.door, importer.clock.now, progress, slices, rejects)
        let events = items.flatMap { item in
            item.events.map { event in
                var event = event
                event.batch = id
                return (line: item.line, event: event)
            }
        }
        let reached = min(items.last?.ordinal ?? before.records, handled ?? .max)
        let written = try await retrying(door) {
            try await importer.database.write { db -> Written in
                var written = Written(progress: before)
                let answers = try door.accept(events.map(\.event), in: db)
                var added: [(ref: EventRef, key: [UInt8])] = []
                var rejects = items.flatMap(\.rejects)
                for (answer, entry) in zip(answers, events) {
                    switch answer {
                    case .accepted(let ref, _):
                        added.append((ref, entry.event.dedupeKey ?? []))
                        written.kinds[entry.event.kind, default: 0] += 1
                    case .duplicate: written.progress.duplicates += 1
                    case .refused(let problem):
                        written.progress.rejected += 1
                        rejects.append(.init(problem, line: entry.line, raw: entry.event.kind))
                    }
                }
                written.progress.added += Int64(added.count)
                written.progress.records = max(before.records, reached)
                written.progress.rejected += Int64(items.count { $0.isRejected })
                written.progress.omitted += items.reduce(0) { $0 + $1.omitted }
                written.rejects = rejects
                try db.insert(
                    into: "import_rejects", ["import", "number", "line", "field", "code", "reason", "raw"],
                    rejects.enumerated().map { number, reject in
                        [
                            .integer(id), .integer(rejectsBefore + Int64(number) + 1), .integer(reject.line), .text(reject.field),
                            .text(reject.code), .text(reject.reason), .text(reject.raw),
                        ]
                    })
                if !added.isEmpty { try ImportSlice(number: slice + 1, added: added).insert(into: id, in: db) }
                try Self.account(written.progress, of: id, slices: slice + 1, bookmark: bookmark, at: now, in: db)
                if let lease, let bookmark { try lease.keep(bookmark: bookmark.text, in: db) }
                if let lease { try DatabasePluginState.write(state, of: "sources.\(lease.instance)", in: db) }
                return written
            }
        }
        progress = written.progress
        slices += 1
        rejects += Int64(written.rejects.count)
        kinds.merge(written.kinds) { $0 + $1 }
        for reject in written.rejects where problems.count < 20 {
            problems.append(
                Problem(reject.code, reject.reason, at: .init(line: reject.line > 0 ? Int(reject.line) : nil, path: reject.field))
            )
        }
    }

    private struct Written: Sendable {
        var progress: ImportProgress
        var kinds: [String: Int64] = [:]
        var rejects: [Imports.Reject] = []
    }

    private static func account(
        _ progress: ImportProgress, of id: Int64, slices: Int64, bookmark: (text: String, ordinal: Int64)?, at now: Timestamp,
        in db: Connection
    ) throws {
        let changed = try db.run(
            """
            UPDATE imports SET ordinal = \(progress.records), added = \(progress.added), duplicates = \(progress.duplicates),
                rejected = \(progress.rejected), omitted = \(progress.omitted), slices = \(slices), updated_at = \(now.milliseconds)
            WHERE id = \(id) AND state = 0 AND slices = \(slices - 1)
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

    private func retrying<Result>(_ door: any ImportDoor, _ body: () async throws -> Result) async throws -> Result {
        var attempt = 1
        while true {
            do { return try await body() } catch  where attempt < 8 && door.isRace(error) { attempt += 1 }
        }
    }
}
