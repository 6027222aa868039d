import RapportCore
import RapportStorage
import Synchronization

/// Takes tracked calls of a source to the door, and remembers what was dropped.
final class TrackingService: Sendable {
    /// Segment's limits: 32 KB a call, 500 KB a batch; a batch that is a little larger is still read.
    static let maximumCall = 32 * 1_024
    static let maximumBatch = 512 * 1_024
    private static let schemaAge = Span.seconds(5)

    private struct State {
        var schema: TrackingSchema?
        var readAt = Timestamp.distantPast
        var dropped: [String: Int64] = [:]
        /// Counted and not yet in the database.
        var uncounted: [Uncounted: Int64] = [:]
    }

    private struct Uncounted: Hashable {
        var source: String
        var name: String
        var reason: String
    }

    private let database: any Database
    private let intake: Intake
    private let clock: any WallClock
    private let state = Mutex(State())

    init(database: any Database, intake: Intake, clock: any WallClock) {
        self.database = database
        self.intake = intake
        self.clock = clock
    }

    /// One call: durable when this returns.
    ///
    /// - Throws: `Problem` naming what is wrong with it.
    func accept(_ body: JSONValue, kind: TrackedCall.Kind, source: TrackingSource) async throws {
        let call = try TrackedCall(body, kind: kind, receivedAt: clock.now)
        let translation: TrackingTranslator.Translation
        do {
            translation = try TrackingTranslator(source: source, schema: try await schema()).translate(call)
        } catch let problem as Problem {
            count(problem, of: source)
            throw problem
        }
        count(translation, of: source)
        for case .refused(let problem) in try await intake.accept(translation.events) { throw problem }
    }

    /// A batch: what is wrong with one call does not sink the others.
    ///
    /// - Returns: the calls that were refused, by their place in the batch.
    /// - Throws: `Problem` if the batch itself cannot be read.
    func acceptBatch(_ body: JSONValue, source: TrackingSource) async throws -> [(index: Int, problem: Problem)] {
        guard let items = body["batch"]?.array else {
            throw Problem("track.no_batch", "`batch` must be a list of calls", at: .init(path: "batch"))
        }
        let receivedAt = clock.now
        let sentAt = ClientTime(body["sentAt"])
        let translator = TrackingTranslator(source: source, schema: try await schema())
        var events: [NewEvent] = []
        var owners: [Int] = []
        var refused: [(index: Int, problem: Problem)] = []
        for (index, item) in items.enumerated() {
            do {
                let call = try TrackedCall(item, kind: nil, sentAt: sentAt, receivedAt: receivedAt)
                let translation = try translator.translate(call)
                count(translation, of: source)
                owners += translation.events.map { _ in index }
                events += translation.events
            } catch let problem as Problem {
                count(problem, of: source)
                refused.append((index, problem))
            }
        }
        for (owner, answer) in zip(owners, try await intake.accept(events)) {
            if case .refused(let problem) = answer { refused.append((owner, problem)) }
        }
        return refused.sorted { $0.index < $1.index }
    }

    /// How many undeclared events and fields were dropped since the start, by `source name`.
    var droppedCounts: [String: Int64] { state.withLock { $0.dropped } }

    /// What was left out because nobody declared it or it could not be read, and orders that came in without their number.
    private func count(_ translation: TrackingTranslator.Translation, of source: TrackingSource) {
        guard !translation.dropped.isEmpty || !translation.unread.isEmpty || translation.unnumbered != nil else { return }
        state.withLock { state in
            for name in translation.dropped {
                state.dropped["\(source.name) \(name)", default: 0] += 1
                state.uncounted[.init(source: source.name, name: name, reason: "dropped"), default: 0] += 1
            }
            for name in translation.unread {
                state.uncounted[.init(source: source.name, name: name, reason: "unread"), default: 0] += 1
            }
            if let kind = translation.unnumbered {
                state.uncounted[.init(source: source.name, name: kind, reason: "unnumbered"), default: 0] += 1
            }
        }
    }

    /// What was refused because nobody declared it, or was no value of its field.
    private func count(_ problem: Problem, of source: TrackingSource) {
        guard problem.code == "track.undeclared" || problem.code == "field.value" else { return }
        let name = problem.place?.path.map { $0.hasPrefix("traits.") ? "field \($0.dropFirst(7))" : $0 } ?? "event"
        let reason = problem.code == "field.value" ? "unfit" : "refused"
        state.withLock { $0.uncounted[.init(source: source.name, name: name, reason: reason), default: 0] += 1 }
    }

    /// Writes what was counted again and again, until the task is cancelled.
    func writeCounts(every span: Duration) async {
        while (try? await Task.sleep(for: span)) != nil { await writeCounts() }
    }

    /// Adds what was counted to the totals in the database.
    func writeCounts() async {
        let due = state.withLock { state -> [Uncounted: Int64] in
            defer { state.uncounted = [:] }
            return state.uncounted
        }
        guard !due.isEmpty else { return }
        let (counts, now) = (
            due.map { UndeclaredData(source: $0.key.source, name: $0.key.name, reason: $0.key.reason, count: $0.value) },
            clock.now
        )
        do {
            try await database.write { db in try UndeclaredData.add(counts, at: now, in: db) }
        } catch {
            // The call that brought it is not lost for a count.
            state.withLock { state in state.uncounted.merge(due) { $0 + $1 } }
        }
    }

    private func schema() async throws -> TrackingSchema {
        let now = clock.now
        if let schema = state.withLock({ now - $0.readAt < Self.schemaAge ? $0.schema : nil }) { return schema }
        let schema = try await TrackingSchema.read(from: database)
        state.withLock { state in
            state.schema = schema
            state.readAt = now
        }
        return schema
    }
}
