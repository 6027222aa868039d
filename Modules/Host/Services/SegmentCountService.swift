import Logging
import RapportCore
import RapportEngagement
import ServiceLifecycle

/// Counts new and edited segments, so that filling can begin. It looks every fifth of a second: one small query.
struct SegmentCountService: Service {
    private let counter: SegmentCounter
    private let logger: Logger

    init(_ rapport: Rapport) {
        counter = rapport.segmentCounter
        logger = rapport.logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                do { try await counter.run() } catch {
                    logger.warning("segments will be counted later", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
    }
}

extension Rapport {
    /// Counts the segments that wait for it, so that the step can fill them: what a worker does by itself.
    public func countSegments() async throws { try await segmentCounter.run() }

    var segmentCounter: SegmentCounter {
        SegmentCounter(
            database: database, house: TimeZoneRules(configuration.house.timeZone) ?? .utc,
            permits: FoldedPermits(catalog: catalog))
    }
}
