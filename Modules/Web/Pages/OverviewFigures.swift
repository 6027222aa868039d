import RapportCore
import RapportStorage
import Synchronization

/// The figures of the overview that take a walk over a table: counted once and kept for a while, so that a view costs
/// nothing however many people there are.
final class OverviewFigures: Sendable {
    struct Figures: Sendable {
        var people: Int64
        var responses: Int64
    }

    private struct Kept {
        var figures: Figures
        var good: ContinuousClock.Instant
    }

    private static let responses = ["link.clicked", "message.replied"]
    /// Figures that take less than this are counted for every view.
    private static let quick = Duration.milliseconds(2)
    /// So long after they should have been counted again, figures are no longer shown.
    private static let patience = Duration.seconds(30)
    /// Counting takes at most one part in so many of the time.
    private static let share = 50

    private let database: any Database
    private let kept = Mutex<Kept?>(nil)
    private let isCounting = Mutex(false)

    init(database: any Database) { self.database = database }

    /// The figures as they are or were a moment ago. A view that finds them a little old is shown them, and has them counted
    /// for the next.
    func current() async throws -> Figures {
        guard let known = kept.withLock({ $0 }) else { return try await count() }
        if known.good + Self.patience < .now { return try await count() }
        if known.good < .now {
            let mine = isCounting.withLock { busy in
                defer { busy = true }
                return !busy
            }
            if mine {
                Task {
                    defer { isCounting.withLock { $0 = false } }
                    _ = try? await count()
                }
            }
        }
        return known.figures
    }

    private func count() async throws -> Figures {
        let start = ContinuousClock.now
        let figures = try await database.read { db in
            Figures(
                people: try db.integer("SELECT COUNT(*) FROM people WHERE state = 0 AND anonymous = 0") ?? 0,
                responses: try db.integer(
                    """
                    SELECT SUM(totals.count) FROM totals JOIN kinds ON kinds.id = totals.kind
                    WHERE kinds.name IN \(list: Self.responses)
                    """) ?? 0)
        }
        let took = ContinuousClock.now - start
        kept.withLock { $0 = took < Self.quick ? nil : Kept(figures: figures, good: .now + took * Self.share) }
        return figures
    }
}
