import ArgumentParser
import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage
import RapportTabular

extension PredictCommand.Fit {
    /// How long it may take, in days.
    func days() throws -> Int {
        guard let within, let span = Span(within), span >= .days(1), span.milliseconds % Span.days(1).milliseconds == 0 else {
            throw ValidationError("--within: \"\(within ?? "")\" is no number of days. Write 30d.")
        }
        return Int(span.milliseconds / Span.days(1).milliseconds)
    }

    /// Learns from the past of the database's people, and writes of each how likely it is now.
    func fitHouse(_ output: Output) async throws {
        let question = try HouseQuestion(
            outcome: outcome ?? "", within: try days(), isAbsence: absent, having: having, name: name)
        try await common.withRapport { rapport in
            var now = rapport.clock.now
            if let day = try CivilDate.option(asOf, "--as-of") {
                now = min(now, Timestamp(milliseconds: rapport.houseCalendar.start(ofDay: Int64(day.daysSince1970))))
            }
            let found = try await HousePrediction(
                question, model: PredictionModel(rawValue: model), seed: seed, asOf: now, rapport.database, rapport.catalog
            ) { stage, share in output.progress(stage: "predict.\(stage)", share) }
            output.endProgress()
            let prediction = found.prediction
            if let out { try AnalysisOptions.write(try await rows(found, rapport, output.texts), to: out) }
            if let html { try AnalysisOptions.write(PredictionPage.html(prediction, output), to: html) }
            output.notes(prediction.notes)
            output.say("predict.house", ["moments": found.moments.map(rapport.houseCalendar.dayText).joined(separator: ", ")])
            PredictionReport.show(prediction, output)
            output.tellLeftOut(found.leftOut)
            var members = PredictionReport.json(prediction, output).object ?? []
            members += [
                .init("model_name", .string(question.name)), .init("outcome", .string(question.outcome)),
                .init("within_days", .number(question.within)), .init("absent", .bool(question.isAbsence)),
                .init("moments", .array(found.moments.map { .string($0.rfc3339) })),
                .init("people", .number(found.answers.count)), .init("left_out", .number(found.leftOut)),
            ]
            if !dryRun {
                let body = JSONValue.object(
                    [.init("model", .string(prediction.model.rawValue))] + members.filter { $0.name != "model" })
                members += try await found.scores(output.texts).keep(question.name, body, rapport, output)
            }
            output.json(.object(members))
        }
    }

    /// A row a person: id, probability, why.
    private func rows(_ found: HousePrediction, _ rapport: Rapport, _ texts: Texts) async throws -> String {
        let names = try await rapport.database.read { try People.publicIDs(of: found.answers.map(\.person), in: $0) }
        let head = CSVText.line(["person", "probability", "reason_1", "reason_2"])
        return head
            + found.answers.map { answer in
                let words = (0..<2).map { $0 < answer.reasons.count ? answer.reasons[$0].text(texts) : "" }
                return CSVText.line([names[answer.person] ?? "", PredictionReport.digits(answer.probability)] + words)
            }.joined()
    }
}
