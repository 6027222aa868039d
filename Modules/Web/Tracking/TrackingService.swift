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
        let call = try TrackedCall(body, kind: kind, sentAt: nil, receivedAt: clock.now)
        let translation = try TrackingTranslator(source: source, schema: try await schema()).translate(call)
        count(translation.dropped, of: source)
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
        let sentAt = body["sentAt"]?.string.flatMap { Timestamp(rfc3339: $0) }
        let translator = TrackingTranslator(source: source, schema: try await schema())
        var events: [NewEvent] = []
        var owners: [Int] = []
        var refused: [(index: Int, problem: Problem)] = []
        for (index, item) in items.enumerated() {
            do {
                let call = try TrackedCall(item, kind: nil, sentAt: sentAt, receivedAt: receivedAt)
                let translation = try translator.translate(call)
                count(translation.dropped, of: source)
                owners += translation.events.map { _ in index }
                events += translation.events
            } catch let problem as Problem {
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

    private func count(_ names: [String], of source: TrackingSource) {
        guard !names.isEmpty else { return }
        state.withLock { state in
            for name in names { state.dropped["\(source.name) \(name)", default: 0] += 1 }
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
