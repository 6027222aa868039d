import RapportAnalytics
import RapportCore
import RapportHost
import RapportStorage

extension Scores {
    /// Keeps the model as a definition and writes the scores as fields of people, telling how far it is.
    ///
    /// - Returns: what the answer for machines says of it.
    func keep(
        _ model: String, _ body: JSONValue, _ rapport: Rapport, _ output: Output
    ) async throws -> [JSONValue.Member] {
        let (store, now) = (rapport.definitions, rapport.clock.now)
        let version = try await rapport.database.write { db in
            try declare(model: model, body: body, by: commandLineActor, at: now, store, in: db)
        }
        let written = try await rapport.stepping {
            try await write(rapport.door, rapport.database) {
                output.progress(output.text("learn.writing", ["people": NumberText.grouped($0)]))
            }
        }
        output.endProgress()
        output.line()
        output.say(
            "learn.kept",
            [
                "model": model, "version": "\(version)", "fields": fields.map(\.name).joined(separator: ", "),
                "people": NumberText.grouped(written),
            ])
        return [.init("version", .integer(version)), .init("people_written", .number(written))]
    }
}
