import Foundation
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage

extension LiftCommand {
    /// Compares those whom a campaign wrote to with those whom chance kept back.
    func runCampaign(_ output: Output) async throws {
        guard let campaign else { return }
        try await common.withRapport { rapport in
            let (zone, catalog, now) = (rapport.houseCalendar, rapport.catalog, rapport.clock.now)
            let house = rapport.configuration.house.currency
            let trial = try await rapport.database.read { db in
                try CampaignTrial.read(
                    campaign, catalog, in: CostSheet.current(in: db).currency ?? house, zone: zone, asOf: now, db)
            }
            output.say(
                trial.isOver ? "lift.campaign.over" : "lift.campaign.running",
                [
                    "campaign": trial.campaign, "since": String(trial.since.rfc3339.prefix(10)),
                    "until": String(trial.until.rfc3339.prefix(10)), "currency": trial.currency,
                ])
            output.line()
            for experiment in trial.experiments { LiftReport.show(experiment, level: level, planned: planned, output) }
            if let html {
                let page = Experiment.page(trial.experiments, of: campaign, level: level, planned: planned)
                try AnalysisOptions.write(page.html, to: html)
                output.say("analysis.written", ["files": html])
            }
            output.json([
                "campaign": .string(campaign), "currency": .string(trial.currency), "since": .string(trial.since.rfc3339),
                "until": .string(trial.until.rfc3339), "over": .bool(trial.isOver),
                "outcomes": .array(trial.experiments.map { $0.json(level: level, planned: planned) }),
            ])
        }
    }
}
