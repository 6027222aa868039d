import Logging
import RapportAnalytics
import RapportCore
import RapportStorage
import ServiceLifecycle

/// Looks at the objectives once a day and says in the log what has changed; doctor, the health page and the monthly report show it from
/// then on. Of several workers the one that holds the house's partition does it.
struct ObjectiveService: Service {
    private let rapport: Rapport
    private let worker: Worker

    init(_ rapport: Rapport, _ worker: Worker) {
        self.rapport = rapport
        self.worker = worker
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                var pause = Duration.seconds(60)
                do {
                    if worker.held.contains(where: { $0.partition == Partition.house }), try await rapport.isObjectiveLookDue() {
                        for change in try await rapport.objectiveNews().changes { tell(change) }
                    }
                } catch is CancellationError {
                    return
                } catch {
                    rapport.logger.warning("objectives will be looked at later", metadata: ["error": "\(error)"])
                    pause = .seconds(900)
                }
                try? await Task.sleep(for: pause)
            }
        }
    }

    private func tell(_ change: ObjectiveStore.Change) {
        let standing = change.standing
        func text(_ value: Double?) -> Logger.MetadataValue { "\(value.map { NumberText.plain($0) } ?? "")" }
        rapport.logger.log(
            level: standing.verdict.isAlarming ? .warning : .notice, "objective",
            metadata: [
                "objective": "\(standing.objective.name)", "owner": "\(standing.objective.owner)",
                "verdict": "\(standing.verdict.rawValue)", "before": "\(change.before?.rawValue ?? "")",
                "now": text(standing.readings.now), "forecast": text(standing.forecast?.value),
            ])
    }
}
