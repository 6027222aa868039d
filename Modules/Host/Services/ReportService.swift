import Logging
import RapportCore
import RapportEngagement
import RapportStorage
import ServiceLifecycle

/// Sends monthly reports when they are due. Of several workers the one that holds the house's partition does it, and the key of each
/// mail's row keeps two from it.
struct ReportService: Service {
    private let rapport: Rapport
    private let mailer: ReportMailer
    private let worker: Worker

    init(_ rapport: Rapport, _ mailer: ReportMailer, _ worker: Worker) {
        self.rapport = rapport
        self.mailer = mailer
        self.worker = worker
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                var pause = Duration.seconds(20)
                do {
                    if worker.held.contains(where: { $0.partition == Partition.house }) {
                        for mail in try await rapport.sendDueReports(mailer) {
                            rapport.logger.info(
                                "report",
                                metadata: [
                                    "report": "\(mail.report)", "month": "\(mail.month.text)", "state": "\(mail.state.name)",
                                ])
                        }
                    }
                } catch is CancellationError {
                    return
                } catch {
                    rapport.logger.warning("reports will be sent later", metadata: ["error": "\(error)"])
                    pause = .seconds(300)
                }
                try? await Task.sleep(for: pause)
            }
        }
    }
}
