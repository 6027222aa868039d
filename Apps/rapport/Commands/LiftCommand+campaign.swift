import Foundation
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage

extension LiftCommand {
    /// Compares those whom a campaign wrote to with those whom chance kept back, or whom it did not reach.
    func runCampaign(_ output: Output) async throws {
        guard let campaign else { return }
        try await common.withRapport { rapport in
            let (zone, catalog, now) = (rapport.houseCalendar, rapport.catalog, rapport.clock.now)
            let currency = try await FigureOptions.currency(rapport)
            if observed {
                let contrast = try await rapport.database.read { db in
                    try CampaignContrast.read(campaign, catalog, in: currency, zone: zone, asOf: now, db)
                }
                let key = contrast.isOver ? "lift.observed.over" : "lift.observed.running"
                try show([contrast.experiment], key, contrast.since, contrast.until, currency, contrast.isOver, zone, output)
                output.say("analysis.mind", ["remark": output.text("lift.observed.hint")])
            } else {
                let trial = try await rapport.database.read { db in
                    try CampaignTrial.read(campaign, catalog, in: currency, zone: zone, asOf: now, db)
                }
                let key = trial.isOver ? "lift.campaign.over" : "lift.campaign.running"
                try show(trial.experiments, key, trial.since, trial.until, currency, trial.isOver, zone, output)
            }
        }
    }

    private func show(
        _ experiments: [Experiment], _ key: String, _ since: Timestamp, _ until: Timestamp, _ currency: String, _ isOver: Bool,
        _ zone: TimeZoneRules, _ output: Output
    ) throws {
        guard let campaign else { return }
        output.say(
            key,
            [
                "campaign": campaign, "since": zone.dayText(since), "until": zone.dayText(until),
                "currency": currency,
            ])
        output.line()
        for experiment in experiments { LiftReport.show(experiment, level: level, planned: planned, output) }
        try page.write(
            Experiment.page(experiments, of: campaign, level: level, planned: planned, texts: output.texts), output)
        output.json([
            "campaign": .string(campaign), "currency": .string(currency), "observed": .bool(observed),
            "since": .string(since.rfc3339), "until": .string(until.rfc3339), "over": .bool(isOver),
            "outcomes": .array(experiments.map { $0.json(level: level, planned: planned) }),
        ])
    }
}
