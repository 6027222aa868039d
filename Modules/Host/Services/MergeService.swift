import Logging
import RapportCore
import RapportStorage
import ServiceLifecycle

/// Merges anonymous people who turned out to be somebody, as the door noted them. Any process may have noted them, so it looks
/// every second.
struct MergeService: Service {
    private let database: any Database
    private let merger: Merger
    private let clock: any WallClock
    private let logger: Logger

    init(_ rapport: Rapport) {
        database = rapport.database
        merger = rapport.merger
        clock = rapport.clock
        logger = rapport.logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                do {
                    while try await merge() > 0, !Task.isCancelled {}
                } catch {
                    logger.warning("people will be merged later", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Merges all who are due now.
    func mergeAll() async throws {
        while try await merge() > 0 {}
    }

    private func merge() async throws -> Int {
        let due = try await database.read { db in
            try db.integer("SELECT 1 FROM reviews WHERE verdict = 'due' LIMIT 1") != nil
        }
        guard due else { return 0 }
        let wall = clock.now
        return try await database.write { [merger] db in try merger.mergeDue(wall: wall, in: db).count }
    }
}
