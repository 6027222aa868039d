import Logging
import RapportCore
import RapportStorage
import ServiceLifecycle

/// Applies the rules of retention once a day. Of several workers the one that holds the house's partition does it.
struct RetentionService: Service {
    private let rapport: Rapport
    private let worker: Worker

    init(_ rapport: Rapport, _ worker: Worker) {
        self.rapport = rapport
        self.worker = worker
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                do {
                    if worker.held.contains(where: { $0.partition == Partition.house }), try await rapport.isRetentionDue() {
                        for report in try await rapport.retain(dryRun: false) {
                            rapport.logger.info(
                                "retention",
                                metadata: [
                                    "rule": "\(report.rule.name)", "events": "\(report.outcome.events)",
                                    "refused": "\(report.refusal.map(\.reason) ?? "")",
                                ])
                        }
                    }
                } catch is CancellationError {
                    return
                } catch {
                    rapport.logger.warning("rules of retention will be applied later", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(60))
            }
        }
    }
}
