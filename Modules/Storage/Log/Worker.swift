public import Logging
import RapportCore
import Synchronization

/// Moves the cursors of the partitions that it holds, for as long as it runs. Any number of workers share a database.
public final class Worker: Sendable {
    private let runner: StepRunner
    private let database: any Database
    private let leases: Leases
    private let poll: Duration
    private let logger: Logger
    private let signal = Signal()
    private let current = Mutex<[Lease]>([])

    /// What this worker holds at the moment, for others in its process that work by partition. A lease may be lost at any
    /// time, so each of their transactions checks its epoch.
    public var held: [Lease] { current.withLock { $0 } }

    /// While events keep coming, steps begin no sooner than this after each other: a step of forty events costs the writer
    /// little more than one of four.
    private static let pace = Duration.milliseconds(10)

    /// Where others wait to write: each step has a commit of its own to wait for, so fewer and larger ones leave them more time.
    private static let crowdedPace = Duration.milliseconds(40)

    /// Where others wait to write, they have their turn for twice as long as a step took, unless the worker has been behind for
    /// so long already.
    private static let patience = Duration.seconds(2)

    /// Where nobody has waited to write for `quiet`, a step goes on so long with what can wait, as a commit waits for the disk whatever
    /// is in it, and the next one begins when that is due. Else what can wait goes on at the next look, and leaves others the time.
    private static let roomySpare = Duration.milliseconds(30)
    private static let quiet = Duration.seconds(1)

    /// - Parameters:
    ///   - poll: how often to look for what nobody announced: timers, and what was announced while nobody listened.
    public init(
        runner: StepRunner, leases: Leases, poll: Duration = .milliseconds(50), logger: Logger = Logger(label: "rapport.worker")
    ) {
        self.runner = runner
        database = runner.database
        self.leases = leases
        self.poll = poll
        self.logger = logger
    }

    /// Works until the task is cancelled, then gives its leases back. Errors of the database are logged and waited out.
    public func run() async throws {
        var held: [Lease] = [] { didSet { current.withLock { [held] in $0 = held } } }
        defer { current.withLock { $0 = [] } }
        database.whenAnnounced { [signal] in signal.raise() }
        // When the next step may begin, unless the last one left something over.
        var stepAt = ContinuousClock.now
        var behindSince: ContinuousClock.Instant?
        var refreshAt = ContinuousClock.now
        var skipped: Set<Int> = []
        var crowdedAt = ContinuousClock.now - Self.quiet
        var roomy = runner
        roomy.stepper.settings.spare = max(runner.stepper.settings.spare, Self.roomySpare)
        // When what could wait goes on: nobody announces it.
        var resumesAt: ContinuousClock.Instant?
        var backOff = Duration.milliseconds(50)
        var failingSince: ContinuousClock.Instant?
        while !Task.isCancelled {
            do {
                if ContinuousClock.now >= refreshAt {
                    held = try await database.write { [leases] db in try leases.refresh(in: db) }
                    refreshAt = .now + .milliseconds(leases.span.milliseconds / 3)
                }
                let work = try await findWork(held)
                if work.retries { _ = try await runner.retryHeld(held) }
                if work.partitions.isEmpty {
                    behindSince = nil
                    var rest = min(poll, refreshAt - .now)
                    if let moment = resumesAt {
                        // The database's clock may be behind ours: a look that came too early is repeated for a little while.
                        let ahead = moment - .now
                        rest = min(rest, ahead > .zero ? ahead : Self.pace)
                        if ahead < .zero - Self.crowdedPace { resumesAt = nil }
                    }
                    await signal.wait(atMost: max(.zero, rest))
                } else {
                    if stepAt > .now { try await Task.sleep(until: stepAt) }
                    // Whom the budget passed over last time comes first this time.
                    let first = work.partitions.filter { skipped.contains($0.partition) }
                    let others = work.partitions.filter { !skipped.contains($0.partition) }
                    let began = ContinuousClock.now
                    let isQuiet = began - crowdedAt > Self.quiet
                    let outcome = try await (isQuiet ? roomy : runner).step(first + others)
                    skipped = outcome.skipped
                    let ended = ContinuousClock.now
                    behindSince = outcome.unfinished.isEmpty ? nil : behindSince ?? began
                    let isCrowded = outcome.waited > .milliseconds(1)
                    if isCrowded { crowdedAt = ended }
                    resumesAt =
                        isCrowded || !isQuiet
                        ? nil : outcome.resumesAfter.map { began + outcome.waited + .milliseconds($0.milliseconds + 1) }
                    let isPatient = isCrowded && ended - (behindSince ?? ended) < Self.patience
                    let turn = isPatient ? min((ended - began - outcome.waited) * 2, .milliseconds(50)) : .zero
                    let pace = isCrowded ? Self.crowdedPace : Self.pace
                    stepAt = max(outcome.unfinished.isEmpty ? began + pace : began, ended + turn)
                }
                backOff = .milliseconds(50)
                if let since = failingSince {
                    logger.notice(
                        "the steps go on", metadata: ["after_seconds": "\((ContinuousClock.now - since).components.seconds)"])
                    failingSince = nil
                }
            } catch let lost as LostLease {
                held.removeAll { $0.partition == lost.partition }
            } catch is CancellationError {
                break
            } catch {
                logger.warning("the step will be tried again", metadata: ["error": "\(error)"])
                failingSince = failingSince ?? .now
                await signal.wait(atMost: backOff)
                backOff = min(backOff * 2, .seconds(5))
                refreshAt = .now
            }
        }
        // Cancellation must not keep the leases from being given back.
        let ending = Task { [database, leases] in try await database.write { db in try leases.end(in: db) } }
        do { try await ending.value } catch {
            logger.warning("the leases were not given back; they run out by themselves", metadata: ["error": "\(error)"])
        }
    }

    private struct Work: Sendable {
        var partitions: [Lease] = []
        var retries = false
    }

    /// The partitions with unhandled events or due timers: one query.
    private func findWork(_ held: [Lease]) async throws -> Work {
        guard !held.isEmpty else { return Work() }
        return try await database.read { db in
            let now = try db.now()
            let numbers = held.map { Int64($0.partition) }
            let busy = Set(
                try db.all(
                    """
                    SELECT cursors.partition FROM cursors
                    JOIN partitions ON partitions.partition = cursors.partition
                    WHERE cursors.partition IN \(list: numbers) AND (partitions.head > cursors.position OR EXISTS (
                        SELECT 1 FROM timers
                        WHERE timers.partition = cursors.partition AND timers.due_at <= \(now)
                        AND NOT EXISTS (
                            SELECT 1 FROM held WHERE held.partition = timers.partition AND held.person = timers.person)))
                    """
                ) { $0.int(0) })
            let retries = try db.integer("SELECT COUNT(*) FROM held WHERE retry = 1 AND partition IN \(list: numbers)") ?? 0
            return Work(partitions: held.filter { busy.contains($0.partition) }, retries: retries > 0)
        }
    }
}

/// A flag that one task waits for and anyone may raise.
private final class Signal: Sendable {
    private struct State {
        var isRaised = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func raise() {
        let waiter = state.withLock { state in
            state.isRaised = state.waiter == nil
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns at once if the flag is up, and lowers it; else when it is raised, time is up or the task is cancelled.
    func wait(atMost time: Duration) async {
        let alarm = Task {
            try? await Task.sleep(for: time)
            if !Task.isCancelled { self.raise() }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.isRaised || Task.isCancelled {
                        state.isRaised = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            raise()
        }
        alarm.cancel()
    }
}
