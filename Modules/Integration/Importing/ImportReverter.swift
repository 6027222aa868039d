public import RapportCore
public import RapportStorage

/// Takes an import back: afterwards everything is as if it had never run.
///
/// Opt-outs, objections and suppressions that it brought stay, with the identifiers by which they are known, unless they are
/// asked for. Interrupted, a revert goes on when it is run again. What a later import found there already came with this one,
/// and goes with it.
public struct ImportReverter: Sendable {
    let database: any Database
    let removal: EventRemoval
    let merger: Merger
    let clock: any WallClock

    public init(database: any Database, removal: EventRemoval, merger: Merger, clock: any WallClock) {
        self.database = database
        self.removal = removal
        self.merger = merger
        self.clock = clock
    }

    public struct Report: Sendable, Hashable {
        public var id: Int64
        /// Events taken away, and events of opt-outs left.
        public var removed = 0
        public var kept = 0
        /// People who are nobody any more.
        public var people = 0
    }

    /// - Parameters:
    ///   - includingOptOuts: takes opt-outs, objections and suppressions back too. Whoever they were of may then be written to.
    ///   - progress: called after each slice.
    /// - Throws: `Problem` `import.not_found`, `import.reverted`, `removal.waiting`.
    public func revert(
        _ id: Int64, includingOptOuts: Bool = false, progress: @Sendable (Report) async -> Void = { _ in }
    ) async throws -> Report {
        var report = Report(id: id)
        let spared = includingOptOuts ? [] : try await lastingProfiles(of: id)
        try await begin(id, includingOptOuts: includingOptOuts)
        var before = Int64.max
        while let slice = try await database.read({ [before] db in try ImportSlice.last(of: id, before: before, in: db) }) {
            try Task.checkCancellation()
            try await unmerge(slice, of: id)
            let outcome = try await remove(slice, of: id, spared: spared, includingOptOuts: includingOptOuts)
            report.removed += outcome.removed.count
            report.kept += slice.added.count - outcome.removed.count
            report.people += outcome.gone
            before = slice.number
            await progress(report)
        }
        try await set(.reverted, of: id)
        return report
    }

    private func begin(_ id: Int64, includingOptOuts: Bool) async throws {
        let now = clock.now
        try await database.write { db in
            let row = try Imports.find(id, in: db)
            let left = try ImportSlice.last(of: id, before: .max, in: db)
            if row.state == .reverted, left == nil || !includingOptOuts {
                throw Problem(
                    "import.reverted", "import \(id) has been reverted already",
                    remedy: left == nil ? nil : "Its opt-outs were kept; --opt-outs takes them back too")
            }
            // A process that is still importing finds itself stopped at its next slice.
            try db.run(
                "UPDATE imports SET state = \(ImportRow.State.reverting.rawValue), updated_at = \(now) WHERE id = \(id)")
        }
    }

    /// Visitors whom only this import made somebody are visitors again.
    private func unmerge(_ slice: ImportSlice, of id: Int64) async throws {
        let (wall, refs) = (clock.now, slice.added.map(\.ref))
        _ = try await database.write { [merger] db in try merger.undo(merges: id, of: refs, wall: wall, in: db) }
    }

    private func set(_ state: ImportRow.State, of id: Int64) async throws {
        let now = clock.now
        _ = try await database.write { db in
            try db.run("UPDATE imports SET state = \(state.rawValue), updated_at = \(now) WHERE id = \(id)")
        }
    }

    private func lastingProfiles(of id: Int64) async throws -> Set<ProfileID> {
        var found: Set<ProfileID> = []
        var before = Int64.max
        while true {
            let (number, profiles) = try await database.read { [before] db -> (Int64?, Set<ProfileID>) in
                guard let slice = try ImportSlice.last(of: id, before: before, in: db) else { return (nil, []) }
                return (slice.number, try removal.lastingProfiles(of: slice.added.map(\.ref), in: db))
            }
            guard let number else { return found }
            found.formUnion(profiles)
            before = number
        }
    }

    private func remove(_ slice: ImportSlice, of id: Int64, spared: Set<ProfileID>, includingOptOuts: Bool) async throws
        -> EventRemoval.Outcome
    {
        let request = EventRemoval.Request(
            batch: id, refs: slice.added.map(\.ref), includesLasting: includingOptOuts, spared: spared)
        let now = clock.now
        var attempt = 1
        while true {
            do {
                return try await database.write { db in
                    let outcome = try removal.remove(request, wall: now, in: db)
                    try Door.forget(slice.added.filter { outcome.removed.contains($0.ref) }, in: db)
                    try slice.keep({ !outcome.removed.contains($0) }, of: id, in: db)
                    return outcome
                }
            } catch is DoorRace where attempt < 8 {
                // Somebody was merged meanwhile: what was read is looked at again.
                attempt += 1
            }
        }
    }
}
