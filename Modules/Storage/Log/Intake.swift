import RapportCore
import Synchronization

/// Puts events of many callers on the log in few transactions: while one is being written, what arrives queues, and goes
/// into the next together. The next is written while the last is on its way to the disk.
public final class Intake: Sendable {
    private struct Caller {
        let checked: CheckedEvents
        var count: Int { checked.events.count }
        let continuation: CheckedContinuation<[Acceptance], any Error>
    }

    private struct Queue {
        var callers: [Caller] = []
        var events = 0
        /// Whether a transaction is being written, from when it is made up until it is committed.
        var isDraining = false
        /// Events of transactions that were begun and are not on the disk yet.
        var underWay = 0
        /// The most events in the next transaction, unless one caller brings more.
        var most: Int

        /// Whether the next transaction may begin. While others are on their way to the disk, few are better taken together with those
        /// who come when these are answered: then parts of the callers take turns, some being synced while others are written.
        var isDue: Bool { !callers.isEmpty && !isDraining && events * 2 >= min(underWay, most) }
    }

    private let database: any Database
    private let door: Door
    private let follow: Door.Follow?
    private let capacity: Int
    // No actor: a caller would change threads to get in, and again to get out.
    private let queue: Mutex<Queue>

    /// What a transaction costs by itself is shared by its events, and who comes next waits for all of it: so many that it takes
    /// about so long.
    private static let aim = Duration.milliseconds(40)...Duration.milliseconds(60)
    private let sizes: ClosedRange<Int>

    /// Larger transactions are left to the worker, whose steps take more events together, and later: what comes in at once is
    /// accepted first.
    private static let mostFollowed = 32

    /// - Parameters:
    ///   - batch: the most events in the first transaction, unless one caller brings more. Later ones go by how long it took.
    ///   - capacity: the most events that may wait. Beyond it callers are turned away.
    ///   - follow: handles few events in the transaction that brings them: for SQLite, in a process that is a worker too.
    public init(
        database: any Database, door: Door, batch: Int = 500, capacity: Int = 50_000, follow: Door.Follow? = nil
    ) {
        self.database = database
        self.door = door
        self.follow = follow
        self.capacity = capacity
        queue = Mutex(Queue(most: batch))
        sizes = max(batch / 5, 1)...batch * 4
    }

    /// Accepts events: they are durable when this returns. Those of one call go into one transaction.
    ///
    /// - Returns: for each event, in their order, what became of it.
    /// - Throws: `Problem` `intake.full` while too many events wait, and what the database throws.
    public func accept(_ events: [NewEvent]) async throws -> [Acceptance] {
        guard !events.isEmpty else { return [] }
        // Here, where callers do not wait for each other.
        let checked = CheckedEvents(events)
        return try await withCheckedThrowingContinuation { continuation in
            let refusal = queue.withLock { queue -> Problem? in
                guard queue.events + events.count <= capacity || queue.callers.isEmpty else {
                    return Problem(
                        "intake.full", "\(queue.events) events are waiting to be written",
                        remedy: "Send them again in a few seconds")
                }
                queue.callers.append(Caller(checked: checked, continuation: continuation))
                queue.events += events.count
                begin(&queue)
                return nil
            }
            if let refusal { continuation.resume(throwing: refusal) }
        }
    }

    private struct Batch: Sendable {
        let callers: [Caller]
        let prepared: PreparedEvents
        var events: Int { callers.reduce(0) { $0 + $1.count } }
    }

    private func begin(_ queue: inout Queue) {
        guard queue.isDue else { return }
        queue.isDraining = true
        Task { await drain() }
    }

    private func drain() async {
        var next = takeBatch()
        while let batch = next {
            let began = ContinuousClock.now
            let committed = Latch()
            Task { await write(batch, committed) }
            // Where so many wait that they fill a transaction, it is made ready while this one is written.
            next = isFull ? takeBatch() : nil
            await committed.wait()
            adapt(to: ContinuousClock.now - began, events: batch.events)
            next = next ?? takeBatch()
        }
    }

    /// Answers when all is on the disk. The next may be written from when it is committed.
    private func write(_ batch: Batch, _ committed: Latch) async {
        defer {
            queue.withLock { queue in
                queue.underWay -= batch.events
                begin(&queue)
            }
            committed.open()
        }
        let follow = batch.prepared.events.count <= Self.mostFollowed ? follow : nil
        do {
            let answers = try await door.accept(batch.prepared, in: database, follow: follow) { committed.open() }
            var start = 0
            for caller in batch.callers {
                caller.continuation.resume(returning: Array(answers[start..<start + caller.count]))
                start += caller.count
            }
        } catch {
            await acceptSingly(batch.callers, after: error)
        }
    }

    private var isFull: Bool { queue.withLock { $0.events >= $0.most } }

    private func adapt(to took: Duration, events: Int) {
        queue.withLock { queue in
            guard events * 2 >= queue.most else { return }
            if took < Self.aim.lowerBound { queue.most = min(queue.most + queue.most / 4, sizes.upperBound) }
            if took > Self.aim.upperBound { queue.most = max(queue.most - queue.most / 4, sizes.lowerBound) }
        }
    }

    /// Those who go into the next transaction; `nil` when it is not due, and then whoever comes or is answered begins again.
    private func takeBatch() -> Batch? {
        takeCallers().map { Batch(callers: $0, prepared: door.prepare(CheckedEvents(joining: $0.map(\.checked)))) }
    }

    private func takeCallers() -> [Caller]? {
        queue.withLock { queue in
            queue.isDraining = false
            guard queue.isDue else { return nil }
            queue.isDraining = true
            var count = 0
            var size = 0
            while count < queue.callers.count, count == 0 || size + queue.callers[count].count <= queue.most {
                size += queue.callers[count].count
                count += 1
            }
            queue.events -= size
            queue.underWay += size
            guard count < queue.callers.count else {
                defer { queue.callers = [] }
                return queue.callers
            }
            defer { queue.callers.removeFirst(count) }
            return Array(queue.callers.prefix(count))
        }
    }

    /// What one caller brought must not fail the others. Where the database takes nothing, all are told at once; and where it is not
    /// known whether it took what they brought, only what it would know again is brought once more.
    private func acceptSingly(_ callers: [Caller], after error: any Error) async {
        let problem = error as? Problem
        let isUnknown = problem?.code == Problem.unknownOutcome.code
        var outage = problem?.isOutage ?? false ? error : nil
        for caller in callers {
            if let outage {
                caller.continuation.resume(throwing: outage)
                continue
            }
            let isKnownAgain = caller.checked.events.allSatisfy { $0.dedupeKey != nil }
            guard isUnknown ? isKnownAgain : callers.count > 1 else {
                caller.continuation.resume(throwing: error)
                continue
            }
            do {
                caller.continuation.resume(returning: try await door.accept(door.prepare(caller.checked), in: database))
            } catch {
                if (error as? Problem)?.isOutage ?? false { outage = error }
                caller.continuation.resume(throwing: error)
            }
        }
    }
}
