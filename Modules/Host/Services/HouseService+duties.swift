import Logging
import RapportAnalytics
import RapportCore
import RapportEngagement
import RapportStorage

extension HouseService {
    /// Applies the rules of retention once a day.
    static func retention(_ rapport: Rapport, _ worker: Worker) -> HouseService {
        HouseService(worker: worker, logger: rapport.logger, failure: "rules of retention will be applied later") {
            guard try await rapport.isRetentionDue() else { return }
            for report in try await rapport.retain(dryRun: false) {
                rapport.logger.info(
                    "retention",
                    metadata: [
                        "rule": "\(report.rule.name)", "events": "\(report.outcome.events)",
                        "refused": "\(report.refusal.map(\.reason) ?? "")",
                    ])
            }
        }
    }

    /// Sends monthly reports when they are due. The key of each mail's row keeps two workers from it.
    static func reports(_ rapport: Rapport, _ mailer: ReportMailer, _ worker: Worker) -> HouseService {
        HouseService(
            worker: worker, logger: rapport.logger, pause: .seconds(20), patience: .seconds(300),
            failure: "reports will be sent later"
        ) {
            for mail in try await rapport.sendDueReports(mailer) {
                rapport.logger.info(
                    "report",
                    metadata: [
                        "report": "\(mail.report)", "month": "\(mail.month.text)", "state": "\(mail.state.name)",
                    ])
            }
        }
    }

    /// Looks at the objectives once a day and says in the log what has changed; doctor, the health page and the monthly report show it
    /// from then on.
    static func objectives(_ rapport: Rapport, _ worker: Worker) -> HouseService {
        HouseService(
            worker: worker, logger: rapport.logger, patience: .seconds(900), failure: "objectives will be looked at later"
        ) {
            guard try await rapport.isObjectiveLookDue() else { return }
            for change in try await rapport.objectiveNews().changes {
                rapport.logger.log(
                    level: change.standing.verdict.isAlarming ? .warning : .notice, "objective", metadata: metadata(change))
            }
        }
    }

    private static func metadata(_ change: ObjectiveStore.Change) -> Logger.Metadata {
        let standing = change.standing
        func text(_ value: Double?) -> Logger.MetadataValue { "\(value.map { NumberText.plain($0) } ?? "")" }
        return [
            "objective": "\(standing.objective.name)", "owner": "\(standing.objective.owner)",
            "verdict": "\(standing.verdict.rawValue)", "before": "\(change.before?.rawValue ?? "")",
            "no_data_since": "\(standing.readings.silence.map { CivilDate(daysSince1970: $0.lastDay).text } ?? "")",
            "now": text(standing.readings.now), "forecast": text(standing.forecast?.value),
        ]
    }
}
