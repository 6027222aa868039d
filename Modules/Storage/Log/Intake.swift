import RapportCore

/// Puts events of many callers on the log in few transactions: while one is being written, what arrives queues, and goes
/// into the next together.
public actor Intake {
    private struct Caller {
        let events: [NewEvent]
        let continuation: CheckedContinuation<[Acceptance], any Error>
    }

    private let database: any Database
    private let door: Door
    private let batch: Int
    private let capacity: Int
    private let written: @Sendable () -> Void
    private var waiting: [Caller] = []
    private var waitingEvents = 0
    private var isDraining = false

    /// - Parameters:
    ///   - batch: the most events in one transaction, unless one caller brings more.
    ///   - capacity: the most events that may wait. Beyond it callers are turned away.
    ///   - written: called after each transaction that put something on the log; wakes the worker of this process.
    public init(
        database: any Database, door: Door, batch: Int = 1_000, capacity: Int = 50_000,
        written: @escaping @Sendable () -> Void = {}
    ) {
        self.database = database
        self.door = door
        self.batch = batch
        self.capacity = capacity
        self.written = written
    }

    /// Accepts events: they are durable when this returns. Those of one call go into one transaction.
    ///
    /// - Returns: for each event, in their order, what became of it.
    /// - Throws: `Problem` `intake.full` while too many events wait, and what the database throws.
    public func accept(_ events: [NewEvent]) async throws -> [Acceptance] {
        guard !events.isEmpty else { return [] }
        guard waitingEvents + events.count <= capacity || waiting.isEmpty else {
            throw Problem(
                "intake.full", "\(waitingEvents) events are waiting to be written",
                remedy: "Send them again in a few seconds")
        }
        return try await withCheckedThrowingContinuation { continuation in
            waiting.append(Caller(events: events, continuation: continuation))
            waitingEvents += events.count
            guard !isDraining else { return }
            isDraining = true
            Task { await drain() }
        }
    }

    private func drain() async {
        while !waiting.isEmpty {
            let callers = takeBatch()
            do {
                let answers = try await door.accept(callers.flatMap(\.events), in: database)
                var start = 0
                for caller in callers {
                    caller.continuation.resume(returning: Array(answers[start..<start + caller.events.count]))
                    start += caller.events.count
                }
            } catch {
                await acceptSingly(callers, after: error)
            }
            written()
        }
        isDraining = false
    }

    private func takeBatch() -> [Caller] {
        var count = 0
        var size = 0
        while count < waiting.count, count == 0 || size + waiting[count].events.count <= batch {
            size += waiting[count].events.count
            count += 1
        }
        defer { waiting.removeFirst(count) }
        waitingEvents -= size
        return Array(waiting.prefix(count))
    }

    /// What one caller brought must not fail the others.
    private func acceptSingly(_ callers: [Caller], after error: any Error) async {
        for caller in callers {
            guard callers.count > 1 else {
                caller.continuation.resume(throwing: error)
                continue
            }
            do {
                caller.continuation.resume(returning: try await door.accept(caller.events, in: database))
            } catch {
                caller.continuation.resume(throwing: error)
            }
        }
    }
}
